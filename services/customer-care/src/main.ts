import { run } from '@metermesh/service-kit';
import { CustomerCareModule } from './customer-care.module.ts';
import { environment } from './environment.ts';

await run(() => {
  const settings = environment();
  return { name: 'customer-care', environment: settings, module: CustomerCareModule.with(settings) };
});
