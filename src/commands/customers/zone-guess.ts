// Guesses the time zone that a person means.
import { nearest } from '../../nearest.ts';

/** The nearest IANA zone by whole name or city, as ` (did you mean Asia/Tokyo?)`; empty if no zone is near. */
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
