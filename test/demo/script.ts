import type { Random } from '../simulators/random.js';
import {
  anyContent,
  anyDay,
  anyTimes,
  IMPORTANCE,
  REMINDERS,
  SHOW_AS,
  workTimes,
  ZONES,
} from './any-content.js';
import { PEOPLE } from './people.js';
import type { Person } from './people.js';
import { anyRhythm } from './rhythm.js';
import { anyBody, anyHtml, anyLocation, anyTitle } from './texts.js';
import { ERP, numberMark } from './thing.js';
import type { Change, Place, Thing } from './thing.js';

/** One edit that is to be made. */
export interface Edit {
  readonly place: Place;
  readonly thing: Thing;
  readonly change: Change;
}

/**
 * Chooses edits that people would make, on both sides. What is chosen depends on the seed and on what was chosen
 * before, never on how far the sync has come: the same seed gives the same edits.
 */
export class Script {
  /** In the order of their numbers. */
  readonly things: Thing[];
  private readonly random: Random;
  private readonly today: string;
  private step = 0;
  private nextNumber = 1000;

  constructor(stock: readonly Thing[], { random, today }: { random: Random; today: string }) {
    this.things = [...stock];
    this.random = random;
    this.today = today;
  }

  /** The next edit, or two of the same appointment at about the same time, in different places. */
  next(): readonly Edit[] {
    this.step += 1;
    const back = this.things.find(({ away, isDone }) => away !== null && !isDone);
    if (back?.away && this.random.chance(0.25)) return [this.bringBack(back)];
    const edits = this.random.oneOf(MIX)(this);
    return edits ?? this.next();
  }

  /** What must still come back to a calendar before the end. */
  last(): readonly Edit[] {
    return this.things
      .filter(({ away, isDone }) => away !== null && !isDone)
      .map((thing) => this.bringBack(thing));
  }

  createInErp(): readonly Edit[] {
    const owner = this.random.oneOf(PEOPLE);
    const others = this.random.chance(0.3) ? this.random.shuffled(PEOPLE).slice(0, 2) : [];
    const people = [owner, ...others.filter((person) => person !== owner)];
    return [this.create(ERP, people)];
  }

  createInMailbox(): readonly Edit[] {
    const owner = this.random.oneOf(PEOPLE);
    return [this.create(owner.mailbox, [owner])];
  }

  changeSomewhere(): readonly Edit[] | null {
    // what is called "Privat" in the ERP is not found there
    const thing = this.choose(({ away, bornIn }) => away?.where !== 'private' || bornIn === ERP);
    if (thing === null) return null;
    const place = this.placeOf(thing);
    return [{ place, thing, change: this.anyChange(thing, place) }];
  }

  /** Somebody in the ERP and somebody at Outlook, neither knowing of the other. */
  changeOnBothSides(): readonly Edit[] | null {
    const thing = this.choose(({ away }) => away === null);
    if (thing === null) return null;
    const places = this.random.shuffled([ERP, this.random.oneOf(thing.people).mailbox]);
    const same = this.random.chance(0.5) ? this.random.next32() : null;
    return places.map((place) => {
      const change: Change =
        same === null ? this.anyChange(thing, place) : this.changeOfField(same, thing);
      return { place, thing, change };
    });
  }

  changeOccurrence(): readonly Edit[] | null {
    const thing = this.choose(({ isSeries, away }) => isSeries && away === null);
    if (thing === null) return null;
    const nth = this.random.between(0, 6);
    const change = this.random.oneOf<Change>([
      { kind: 'occurrenceShift', nth, minutes: this.random.oneOf([-30, 15, 45]) },
      { kind: 'occurrenceTitle', nth, value: this.titleOf(thing) },
      { kind: 'occurrenceDelete', nth },
    ]);
    return [{ place: this.placeOf(thing), thing, change }];
  }

  changePattern(): readonly Edit[] | null {
    const thing = this.choose(({ isSeries, away }) => isSeries && away === null);
    if (thing === null) return null;
    const change: Change = { kind: 'rhythm', rhythm: anyRhythm(this.random, thing.firstDay) };
    return [{ place: this.placeOf(thing), thing, change }];
  }

  changePeople(): readonly Edit[] | null {
    const thing = this.choose(({ isPrivate, away }) => !isPrivate && away === null);
    if (thing === null) return null;
    const person = this.random.oneOf(PEOPLE.filter((one) => !thing.people.includes(one)));
    const [, ...others] = thing.people;
    const untouched = others.filter(({ mailbox }) => !thing.editedIn.has(mailbox));
    const leaving = untouched[0];
    if (leaving !== undefined && this.random.chance(0.5)) {
      thing.people = thing.people.filter((one) => one !== leaving);
      return [{ place: ERP, thing, change: { kind: 'removePerson', person: leaving } }];
    }
    thing.people = [...thing.people, person];
    return [{ place: ERP, thing, change: { kind: 'addPerson', person } }];
  }

  remove(): readonly Edit[] | null {
    const thing = this.choose(({ away }) => away === null);
    if (thing === null) return null;
    // a participant's deletion takes only that participant out; so only the owner's ends the appointment
    const place = this.random.chance(0.5) ? ERP : thing.owner.mailbox;
    thing.isDone = true;
    thing.fate = [...thing.editedIn].every((edited) => edited === place) ? 'deleted' : 'either';
    return [{ place, thing, change: { kind: 'delete' } }];
  }

  /** Somebody who only takes part throws the appointment out of their own calendar. */
  leave(): readonly Edit[] | null {
    const thing = this.choose(({ people, away }) => people.length > 1 && away === null);
    const person = thing === null ? null : this.random.oneOf(thing.people.slice(1));
    if (thing === null || person === null) return null;
    thing.people = thing.people.filter((one) => one !== person);
    return [{ place: person.mailbox, thing, change: { kind: 'delete' } }];
  }

  copy(): readonly Edit[] | null {
    const thing = this.choose(({ isPrivate, away }) => !isPrivate && away === null);
    if (thing === null) return null;
    const person = this.random.oneOf(thing.people);
    const { isSeries, isAllDay, firstDay } = thing;
    const bornIn = person.mailbox;
    const kind = { isSeries, isAllDay, firstDay, isPrivate: false };
    const as = this.add({ people: [person], bornIn, ...kind });
    return [{ place: person.mailbox, thing, change: { kind: 'copy', as } }];
  }

  /** Into another folder, or into Deleted Items, and back some edits later. */
  putAway(): readonly Edit[] | null {
    const thing = this.choose(
      ({ people, number, away, isPrivate }) =>
        people.length === 1 && number >= 1000 && away === null && !isPrivate,
    );
    if (thing === null) return null;
    const place = thing.owner.mailbox;
    const where = this.random.oneOf(['folder', 'trash'] as const);
    thing.away = { place, where };
    return [{ place, thing, change: { kind: where === 'folder' ? 'moveOut' : 'delete' } }];
  }

  /** Somebody whose private appointments are not synced makes one private: for a while, or for good. */
  hide(): readonly Edit[] | null {
    const thing = this.choose(({ number, away, isPrivate, people }) => {
      const isTold = people.some(({ withPrivate }) => !withPrivate);
      return number >= 1000 && away === null && !isPrivate && isTold;
    });
    const people = thing?.people.filter(({ withPrivate }) => !withPrivate) ?? [];
    if (thing === null) return null;
    const place = this.random.oneOf(people).mailbox;
    if (this.random.chance(0.5)) thing.away = { place, where: 'private' };
    else {
      thing.hiddenIn = place;
      thing.isDone = true;
    }
    return [{ place, thing, change: { kind: 'private', value: true } }];
  }

  private bringBack(thing: Thing): Edit {
    const { place, where } = thing.away ?? { place: thing.owner.mailbox, where: 'folder' };
    thing.isDone = true;
    thing.recordId = where === 'trash' ? null : thing.recordId; // it may come back as another record
    thing.wishes.clear();
    return { place, thing, change: BACK[where] };
  }

  private create(place: Place, people: readonly Person[]): Edit {
    const { random } = this;
    const day = anyDay(random, this.today);
    const rhythm = random.chance(0.25) ? anyRhythm(random, day) : null;
    const isPrivate = random.chance(0.15);
    const times = rhythm === null ? anyTimes(random, day) : workTimes(random, day);
    const thing = this.add({
      people: [...people],
      bornIn: place,
      isSeries: rhythm !== null,
      isAllDay: times.kind === 'allDay',
      isPrivate,
      firstDay: day,
    });
    const title = this.titleOf(thing);
    const content = anyContent(random, { title, number: thing.number, times, rhythm, isPrivate });
    return { place, thing, change: { kind: 'create', content } };
  }

  private add(
    given: Pick<Thing, 'people' | 'bornIn' | 'isSeries' | 'isAllDay' | 'isPrivate' | 'firstDay'>,
  ): Thing {
    const [owner = this.random.oneOf(PEOPLE)] = given.people;
    const isHidden = given.isPrivate && !given.people.every(({ withPrivate }) => withPrivate);
    const thing: Thing = {
      ...given,
      number: this.nextNumber++,
      owner,
      recordId: null,
      uids: new Map(),
      bornAt: this.step,
      fate: 'there',
      away: null,
      hiddenIn: null,
      missed: new Map(),
      isDone: isHidden, // what does not travel has no second side to be edited on
      editedIn: new Set(),
      wishes: new Map(),
      edits: [],
    };
    this.things.push(thing);
    return thing;
  }

  /** One that both sides have by now, unless the sync is slow. */
  private choose(fits: (thing: Thing) => boolean): Thing | null {
    const old = this.things.filter(
      (thing) => !thing.isDone && thing.bornAt <= this.step - SETTLING_STEPS && fits(thing),
    );
    return old.length === 0 ? null : this.random.oneOf(old);
  }

  private placeOf(thing: Thing): Place {
    if (thing.away !== null || this.random.chance(0.5)) return ERP;
    return this.random.oneOf(thing.people).mailbox;
  }

  private anyChange(thing: Thing, place: Place): Change {
    const { random } = this;
    if (place !== ERP && random.chance(0.1)) {
      return { kind: 'html', value: anyHtml(random, this.step) };
    }
    if (!thing.isSeries && random.chance(0.3)) return this.changeOfTime(thing, place);
    if (thing.isSeries && random.chance(0.15)) {
      return { kind: 'shift', minutes: random.oneOf([-15, 15, 30]) };
    }
    return this.changeOfField(random.next32(), thing);
  }

  private changeOfField(choice: number, thing: Thing): Change {
    const { random } = this;
    const mayHide = thing.people.every(({ withPrivate }) => withPrivate);
    const changes: readonly (() => Change)[] = [
      () => ({ kind: 'text', field: 'title', value: this.titleOf(thing) }),
      () => ({ kind: 'text', field: 'location', value: anyLocation(random) }),
      () => ({ kind: 'text', field: 'body', value: anyBody(random, this.step) }),
      () => ({ kind: 'showAs', value: random.oneOf(SHOW_AS) }),
      () => ({ kind: 'reminder', value: random.oneOf(REMINDERS) }),
      () => ({ kind: 'importance', value: random.oneOf(IMPORTANCE) }),
      ...(mayHide ? [(): Change => ({ kind: 'private', value: random.chance(0.5) })] : []),
    ];
    return (changes[choice % changes.length] ?? (() => this.changeOfField(0, thing)))();
  }

  private changeOfTime(thing: Thing, place: Place): Change {
    const { random } = this;
    if (!thing.isAllDay && random.chance(0.4)) {
      return { kind: 'shift', minutes: random.oneOf([-90, -15, 30, 60, 1440]) };
    }
    if (!thing.isAllDay && place === ERP && random.chance(0.2)) {
      return { kind: 'zone', zone: random.oneOf(ZONES) };
    }
    const times = anyTimes(random, anyDay(random, this.today));
    thing.isAllDay = times.kind === 'allDay';
    return { kind: 'times', times };
  }

  private titleOf({ number }: Thing): string {
    return `${numberMark(number)}${anyTitle(this.random)}`.slice(0, 255);
  }
}

const BACK: Readonly<Record<NonNullable<Thing['away']>['where'], Change>> = {
  folder: { kind: 'moveBack' },
  trash: { kind: 'restore' },
  private: { kind: 'private', value: false },
};

/** An edit finds its appointment on the other side when the sync has had so many edits' time. */
const SETTLING_STEPS = 15;

/** How often what happens: as often as it stands here. */
const MIX: readonly ((script: Script) => readonly Edit[] | null)[] = [
  ...times(8, (script: Script) => script.createInErp()),
  ...times(8, (script: Script) => script.createInMailbox()),
  ...times(22, (script: Script) => script.changeSomewhere()),
  ...times(7, (script: Script) => script.changeOnBothSides()),
  ...times(8, (script: Script) => script.changeOccurrence()),
  ...times(3, (script: Script) => script.changePattern()),
  ...times(3, (script: Script) => script.changePeople()),
  ...times(5, (script: Script) => script.remove()),
  ...times(1, (script: Script) => script.leave()),
  ...times(2, (script: Script) => script.copy()),
  ...times(3, (script: Script) => script.putAway()),
  ...times(3, (script: Script) => script.hide()),
];

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}
