import { run } from '@metermesh/service-kit';
import { BillingModule } from './billing.module.ts';
import { environment } from './environment.ts';

await run(() => {
  const settings = environment();
  return { name: 'billing', environment: settings, module: BillingModule.with(settings) };
});
