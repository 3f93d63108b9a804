import { run } from '@metermesh/service-kit';
import { ControlModule } from './control.module.ts';
import { environment } from './environment.ts';

await run(() => {
  const settings = environment();
  return { name: 'control', environment: settings, module: ControlModule.with(settings) };
});
