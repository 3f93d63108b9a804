import { equals } from '@bufbuild/protobuf';
import { CustomerRegisteredSchema, type CustomerRegistered } from '@metermesh/contracts';
import { faultOfIdentifier, refuse, type Decider, type Refusal } from '@metermesh/decider';

export type Customer = CustomerRegistered | undefined;

export const customerDecider: Decider<CustomerRegistered, Customer, CustomerRegistered> = {
  initialState: undefined,
  evolve: (_state, event) => event,
  decide(registered, customer) {
    if (!customer) return faultOf(registered) ?? [registered];
    if (equals(CustomerRegisteredSchema, customer, registered)) return [];
    return refuse(
      'CUSTOMER_EXISTS',
      `Customer ${registered.customerId} is registered already, with other particulars; choose another identifier.`,
    );
  },
};

/** Messages repeat neither name nor address: they may end up in a log. */
function faultOf({ customerId, name, email, language }: CustomerRegistered): Refusal | undefined {
  const fault = faultOfIdentifier('customer', customerId);
  if (fault) return fault;
  if (name.trim() === '' || name.length > 200) {
    return refuse('NAME_INVALID', `A customer's name has 1 to 200 characters, not ${name.trim().length}.`);
  }
  if (email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    return refuse(
      'EMAIL_INVALID',
      'The e-mail address has no form such as name@example.org; correct it or leave it out.',
    );
  }
  if (!isLanguage(language)) {
    return refuse(
      'LANGUAGE_INVALID',
      `${JSON.stringify(language)} is no language tag (BCP 47); give one such as ko-KR.`,
    );
  }
  return undefined;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
