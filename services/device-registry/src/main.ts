import { run } from '@metermesh/service-kit';
import { DeviceRegistryModule } from './device-registry.module.ts';
import { environment } from './environment.ts';

await run(() => {
  const settings = environment();
  return { name: 'device-registry', environment: settings, module: DeviceRegistryModule.with(settings) };
});
