import { run } from '@metermesh/service-kit';
import { environment } from './environment.ts';
import { GatewayModule } from './gateway.module.ts';

await run(() => {
  const settings = environment();
  return {
    name: 'gateway',
    environment: settings,
    module: GatewayModule.with(settings),
    microservice: false,
  };
});
