// The formats of fields that several bodies share.
import { amountFromText } from '../../credits/exact.ts';
import { textThat } from './check.ts';
import { isDay, readDateText } from './date-text.ts';

export const dateOrInstant = textThat((text) => readDateText(text) !== undefined, 'date-time');
export const day = textThat((text) => isDay(text) && !text.startsWith('0000'), 'date');
/** A decimal number in a text. */
export const decimal = textThat((text) => amountFromText(text) !== undefined, 'decimal');

/** Days that an invoice may be left unpaid; more would leave the calendar. */
export const netTermsMax = 36_500;
