// A page of a listing, which every role answers in the same way.

/** `after` is the key of the last item of the page before. */
export interface Page<Key> {
  readonly limit: number;
  readonly after?: Key | undefined;
}
