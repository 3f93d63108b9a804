import type { Subscription } from './event-store.ts';

/** The categories that a subscription names; undefined when it takes all. */
export function wantedCategories(category: Subscription['category']): readonly string[] | undefined {
  return typeof category === 'string' ? [category] : category;
}

export function categoryFilter(category: Subscription['category']): (category: string) => boolean {
  const wanted = wantedCategories(category);
  return wanted ? (candidate) => wanted.includes(candidate) : () => true;
}
