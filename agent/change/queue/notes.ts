/** What a person has to do for containers, to follow their names. */
export class Notes {
  readonly #known = new Map<string, string>();

  /** @param note empty: nothing. @returns whether that is news */
  set(container: string, note: string): boolean {
    if (this.of(container) === note) return false;
    if (note === "") this.#known.delete(container);
    else this.#known.set(container, note);
    return true;
  }

  /** Empty: nothing. */
  of(container: string): string {
    return this.#known.get(container) ?? "";
  }

  /** Forgets the containers that do not exist any more. */
  retain(exists: (container: string) => boolean): void {
    for (const container of this.#known.keys()) if (!exists(container)) this.#known.delete(container);
  }
}
