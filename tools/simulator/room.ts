import { chance, swing } from './chance.ts';
import { outdoorTemperature } from './weather.ts';
import type { Surroundings } from './household-load.ts';

export interface RoomSettings {
  /** What tells it from other rooms. */
  readonly seed: string;
  readonly surroundings: Surroundings;
  readonly intervalSeconds: number;
}

/** In the units of the reading types, as finely as room sensors tell it. */
export interface RoomState {
  /** Thousandths of a degree Celsius, in steps of a tenth of a degree. */
  readonly temperature: number;
  /** Tenths of a percent, in steps of half a percent. */
  readonly humidity: number;
  /** ppm */
  readonly co2: number;
}

const COMFORTABLE = 21.5;
/** Share of the difference between outside and inside that walls let through. */
const THROUGH_WALLS = 0.12;
const OUTDOOR_CO2 = 430;
const FIRST_AT_HOME = 18;

/** The truth in a room: its air in each interval, the same for as long as that lasts. */
export class Room {
  readonly settings: RoomSettings;

  constructor(settings: RoomSettings) {
    this.settings = settings;
  }

  state(at: number): RoomState {
    const { seed, intervalSeconds, surroundings } = this.settings;
    const start = at - (at % (intervalSeconds * 1000));
    const outside = outdoorTemperature(surroundings.climate, start, surroundings.utcOffsetSeconds);
    const inside = COMFORTABLE + THROUGH_WALLS * (outside - COMFORTABLE) + 0.4 * swing(`${seed} T`, start);
    const hour = new Date(start + surroundings.utcOffsetSeconds * 1000).getUTCHours();
    const people = hour >= FIRST_AT_HOME || hour < 8 ? 2 : chance(`${seed} people`, start);
    return {
      temperature: Math.round(inside * 10) * 100,
      humidity: Math.round((45 + 0.4 * outside + 3 * swing(`${seed} RH`, start)) * 2) * 5,
      co2: Math.round(OUTDOOR_CO2 + people * (260 + 60 * swing(`${seed} CO2`, start))),
    };
  }
}
