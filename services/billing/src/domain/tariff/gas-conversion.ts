import { z } from 'zod';
import { bySeason, dated, decimal, positive, rounding } from './dated.ts';

/**
 * From the volume at the meter to the volume at standard conditions to the energy. What the request knows of the
 * customer or the day (pressure, temperature, correction factor, calorific value) beats what stands here.
 */
export const gasConversion = z.strictObject({
  /** Absolute pressure in kPa and temperature in °C that the standard cubic metre is meant at. */
  standard: z.strictObject({ pressureKPa: positive, temperatureC: decimal }),
  /** Standard volume over metered volume, where it is laid down instead of computed. */
  correctionFactor: dated(bySeason(positive)).optional(),
  /** Above the atmosphere, at the meter. */
  gaugePressureKPa: decimal.optional(),
  atmosphericPressureKPa: positive.optional(),
  temperatureC: dated(bySeason(decimal)).optional(),
  factorRounding: rounding.optional(),
  volumeRounding: rounding.optional(),
  /** MJ per standard cubic metre. */
  calorificValue: dated(positive).optional(),
  /** Of the period's mean. */
  calorificRounding: rounding.optional(),
  energyUnit: z.enum(['MJ', 'kWh']),
  energyRounding: rounding.optional(),
});

export type GasConversion = z.infer<typeof gasConversion>;
