/** Before tests: finds or installs nats-server once, since test files that run side by side would get in one another's way. */
import { findNatsServer } from '@metermesh/embedded';

try {
  console.log(`nats-server: ${findNatsServer()}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
