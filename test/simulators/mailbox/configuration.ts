/**
 * A hidden message that keeps settings beside the items of a folder (user configuration, fact 70). Values are
 * kept as they came: no schema lies behind them, and no change key guards them (fact 72).
 */
export interface UserConfiguration {
  readonly name: string;
  /** The number inside its item id. */
  readonly counter: number;
  readonly changeKey: string;
  readonly dictionary: readonly DictionaryEntry[] | null;
  /** base64, as `binaryData`. */
  readonly xmlData: string | null;
  readonly binaryData: string | null;
}

export interface DictionaryEntry {
  readonly key: DictionaryObject;
  /** null: the value is nil. */
  readonly value: DictionaryObject | null;
}

/** `type` as in the schema (String, Integer32, StringArray, …); `values` holds one text, of an array all. */
export interface DictionaryObject {
  readonly type: string;
  readonly values: readonly string[];
}

/** What a request sets; what it leaves out stays as it is. */
export type ConfigurationChange = Partial<
  Pick<UserConfiguration, 'dictionary' | 'xmlData' | 'binaryData'>
>;
