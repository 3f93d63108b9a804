import { writeFile } from 'node:fs/promises';
import { tariffSchemaText } from '@metermesh/billing/rating';

/** Part of `npm run generate`: writes the JSON Schema of tariffs, with which editors check what is typed. */
await writeFile(new URL('../services/billing/tariff.schema.json', import.meta.url), tariffSchemaText());
