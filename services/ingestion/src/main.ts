import { run } from '@metermesh/service-kit';
import { environment } from './environment.ts';
import { ingestion } from './ingestion.module.ts';

await run(() => ingestion(environment()));
