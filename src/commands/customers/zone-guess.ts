// Finds the time zone that a person probably means.
import { nearest } from '../../output/nearest.ts';

/** The nearest zone of the IANA database by its whole name or its city, as ` (did you mean Asia/Tokyo?)`; else nothing. */
export function zoneGuess(typed: string): string {
  const zones = Intl.supportedValuesOf('timeZone');
  const wanted = typed.trim().replace(/\s+/g, '_');
  const cityOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
  const inCity = (city: string | undefined) =>
    zones.find((zone) => cityOf(zone).toLowerCase() === city?.toLowerCase());
  const guess =
    inCity(cityOf(wanted)) ?? nearest(wanted, zones) ?? inCity(nearest(cityOf(wanted), zones.map(cityOf)));
  return guess === undefined ? '' : ` (did you mean ${guess}?)`;
}
