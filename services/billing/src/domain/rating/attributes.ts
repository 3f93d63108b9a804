import { isRefusal, refuse, type Refusal } from '@metermesh/decider';
import { exact, type Exact } from './exact.ts';
import type { RatingContext } from './rating-context.ts';

/** What the request says of the customer. Refusal: `ATTRIBUTE_REQUIRED`. */
export function attribute({ input, plan }: RatingContext, name: string): string | Refusal {
  return (
    input.attributes?.[name] ??
    refuse(
      'ATTRIBUTE_REQUIRED',
      `${plan.tariff.id} needs the customer's "${name}"; give it among the attributes.`,
    )
  );
}

/** Refusals: `ATTRIBUTE_REQUIRED`, and `ATTRIBUTE_INVALID` where it is no number of at least zero. */
export function attributeNumber(context: RatingContext, name: string): Exact | Refusal {
  const text = attribute(context, name);
  if (isRefusal(text)) return text;
  return /^\d{1,9}(\.\d{1,9})?$/.test(text)
    ? exact(text)
    : refuse(
        'ATTRIBUTE_INVALID',
        `The attribute "${name}" is "${text}", where ${context.plan.tariff.id} needs a number.`,
      );
}
