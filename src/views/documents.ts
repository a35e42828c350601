// The view of documents as the API sent them: nothing is known of their fields, so there are no columns.
import type { View } from '../output/view.ts';
import type { Json } from '../wire/json.ts';

export const documentsView: View<Json> = { columns: [], usual: [], fields: [], none: 'nothing' };
