export const DAY_MINUTES = 1440;

/** Minutes of the day from `from` on, before `to` (`HH:MM`); over midnight where `to` is not after `from`. */
export function* minutesOf({ from, to }: { readonly from: string; readonly to: string }): Generator<number> {
  const first = minuteOf(from);
  const length = minuteOf(to) - first;
  for (let minute = 0; minute < (length > 0 ? length : length + DAY_MINUTES); minute++)
    yield (first + minute) % DAY_MINUTES;
}

export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
