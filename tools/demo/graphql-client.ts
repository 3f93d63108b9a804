/** An answer with errors, as one error that carries the first one's stable code. */
export class GraphQLRequestError extends Error {
  readonly code: string;
  constructor(errors: { message: string; extensions?: { code?: string } }[]) {
    super(errors.map(({ message, extensions }) => `${extensions?.code ?? 'ERROR'}: ${message}`).join('\n'));
    this.code = errors[0]?.extensions?.code ?? 'ERROR';
  }
}

export type Query = <Data>(document: string, variables?: Record<string, unknown>) => Promise<Data>;

/** Asks a GraphQL endpoint with one bearer token. */
export function graphqlClient(endpoint: string, token: string): Query {
  return async <Data>(query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as {
      data?: Data;
      errors?: { message: string; extensions?: { code?: string } }[];
    };
    if (answer.errors?.length) throw new GraphQLRequestError(answer.errors);
    return answer.data!;
  };
}
