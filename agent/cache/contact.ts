/** A point in time, by two clocks: one that people set, and one that only goes on. Milliseconds. */
export interface Moment {
  /** Since 1970. */
  readonly wall: number;
  /** Since the machine started; time asleep counts. */
  readonly uptime: number;
  /** Tells one start of the machine from another: uptimes of different ones cannot be compared. */
  readonly boot: string;
}

/** When the control plane was last in contact about a target, and what is certain about the time since. */
export interface Contact {
  readonly at: Moment;
  /** When somebody last counted: {@link counted}. */
  readonly seen: Moment;
  /** Milliseconds that have certainly passed between the two. */
  readonly passed: number;
}

export function contactAt(now: Moment): Contact {
  return { at: now, seen: now, passed: 0 };
}

/**
 * How long ago it was. Within one run of the machine the uptime says it exactly, whatever happens to the clock. After a restart
 * it is the larger of what the clock says and what has certainly passed: a clock that was set back makes nothing younger than the
 * time machines were seen to run, and one that is ahead makes things too old until it is right again, never too young.
 */
export function ageOf(contact: Contact, now: Moment): number {
  const passed = passedSince(contact, now);
  return contact.at.boot === now.boot ? passed : Math.max(passed, now.wall - contact.at.wall);
}

/** The same contact, with the time up to now counted: to be kept from time to time, as a restart makes an uptime useless. */
export function counted(contact: Contact, now: Moment): Contact {
  return { ...contact, seen: now, passed: passedSince(contact, now) };
}

function passedSince({ seen, passed }: Contact, now: Moment): number {
  const sinceSeen = seen.boot === now.boot ? now.uptime - seen.uptime : now.uptime;
  return passed + Math.max(0, sinceSeen);
}
