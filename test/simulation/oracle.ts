import type { Firm } from './firm.js';
import type { Person } from './person.js';
import { noteEdit, noteExchange, noteLeave, noteOwnEdit, noteRest } from './meeting-story.js';
import type { Answer } from './meeting-story.js';
import { itemSight, itemsOf, nameOf, recordSight, recordsOf, tagged } from './sight.js';
import type { Field, Place, Sight } from './sight.js';
import { find, newThing, tokenAt, trackedOf } from './thing.js';
import type { Edit, Thing } from './thing.js';

/** Knows all that people do and when, and nothing of what the engine thinks. */
export class Oracle {
  readonly things = new Map<string, Thing>();
  /** What was written into private items that are left out: it may appear nowhere else. Text → tag. */
  readonly secrets = new Map<string, string>();
  /** Items that lie in a new place, under new ids. */
  readonly fresh = new Set<string>();
  edits = 0;
  private readonly firm: Firm;
  private tags = 0;
  private numbers = 0;

  constructor(firm: Firm) {
    this.firm = firm;
  }

  get people(): readonly Person[] {
    return this.firm.people;
  }

  /** A number that nothing before has used. */
  nextNumber(): number {
    this.numbers += 1;
    return this.numbers;
  }

  newTag(): string {
    this.tags += 1;
    return `T${String(this.tags)}`;
  }

  thing(tag: string): Thing {
    const thing = this.things.get(tag);
    if (thing === undefined) throw new Error(`nobody made ${tag}`);
    return thing;
  }

  /** Somebody made it just now; what is there are its first edits. */
  made(place: Place, tag: string, isCopy = false): void {
    const [sight] = tagged(this.firm, place, tag);
    if (sight === undefined) throw new Error(`${tag} was made and is not there`);
    const thing = newThing(tag, sight.texts.series !== '');
    this.things.set(tag, thing);
    for (const field of trackedOf(thing)) {
      this.add(thing, { field, place: nameOf(place), token: tokenAt(sight, field), after: null });
    }
    this.noteOneWays(thing, place);
    if (!isCopy) this.noteSecret(place, null, sight);
    this.edits += 1;
    if (isCopy) this.firm.befell('copied');
    this.firm.note(`${nameOf(place)} makes ${tag} ${sight.texts.subject}`);
  }

  /** Somebody has invited others to it. */
  invited(person: Person, tag: string): void {
    this.made(person, tag);
    const thing = this.thing(tag);
    thing.isMeeting = true;
    thing.story.host = person.name;
    noteExchange(this.firm, thing.story, tag);
    for (const one of this.people) this.noteOneWays(thing, one);
    this.firm.befell(person === this.firm.customer ? 'invitedByCustomer' : 'invited');
  }

  /** Whoever declines does not take part any more: what goes because of that was taken away by a person. */
  answered(person: Person, tag: string, answer: Answer): void {
    const thing = this.thing(tag);
    this.edits += 1;
    this.firm.befell('answered');
    this.firm.note(`${person.name} answers ${tag}: ${answer}`);
    const { isQuiet, host, answers } = thing.story;
    // a customer's invitation that is declined before it is linked is out of sight
    if (answer !== 'declined' || isQuiet || host !== this.firm.customer.name)
      answers.set(person.name, answer);
    this.liven(thing);
    if (answer === 'declined') {
      thing.deletes += 1;
      thing.story.leavers.add(person.name);
    }
    noteExchange(this.firm, thing.story, tag);
  }

  /** Runs a person's change of one appointment and takes down which fields it changed. */
  edit(place: Place, id: string, what: string, change: () => void): void {
    const before = this.sight(place, id);
    if (before === null) return;
    const wasSame = this.showsSame(before.tag);
    change();
    const after = this.sight(place, id);
    this.firm.note(`${nameOf(place)} changes ${before.tag}: ${what}`);
    if (after === null) return;
    this.edits += 1;
    const thing = this.thing(before.tag);
    if (thing.isMeeting) noteEdit(this.firm, thing.story, { place, before, after });
    if (thing.isMeeting && place !== 'erp') this.firm.befell('revised');
    this.liven(thing);
    if (!wasSame && this.showsSame(thing.tag)) thing.isAltered = true;
    this.noteOneWays(thing, place);
    this.noteSecret(place, before, after);
    if (this.isOnItsOwn(thing, place)) {
      this.unclear(thing);
      return;
    }
    for (const field of trackedOf(thing)) this.compare(thing, { place, field, before, after });
  }

  /** Runs what attendees change in their own copy of an invitation: it must show there, and nowhere else. */
  editCopy(person: Person, id: string, what: string, change: () => void): void {
    const before = this.sight(person, id);
    if (before === null) return;
    change();
    const after = this.sight(person, id);
    this.firm.note(`${person.name} changes their copy of ${before.tag}: ${what}`);
    if (after === null) return;
    this.edits += 1;
    const thing = this.thing(before.tag);
    this.firm.befell('ownCopiesChanged');
    noteOwnEdit(this.firm, thing.story, { person, before, after });
    this.liven(thing);
    thing.isAltered = true;
  }

  /** A person takes it away at a place. `reach`: where it must be gone for good, where nobody changed it meanwhile. */
  delete(place: Place, tag: string, reach: readonly Place[], change: () => void): void {
    const thing = this.thing(tag);
    const isUnchanged = thing.isMeeting ? thing.story.isQuiet : this.isUnchanged(thing);
    for (const sight of tagged(this.firm, place, tag)) {
      for (const field of trackedOf(thing)) {
        const known = find(thing, field, tokenAt(sight, field));
        if (known !== null) thing.buried.push(known);
      }
    }
    change();
    thing.deletes += 1;
    this.edits += 1;
    if (thing.isMeeting) noteLeave(this.firm, thing.story, thing.tag, place);
    this.firm.befell('deleted');
    this.firm.note(`${nameOf(place)} deletes ${tag}${isUnchanged ? '' : ', changed elsewhere'}`);
    thing.story.isQuiet = false;
    if (isUnchanged) for (const one of reach) thing.goneAt.add(nameOf(one));
    else thing.mayDouble = true;
  }

  /** An employee is taken out of the record, which goes on for the others. */
  takeOut(tag: string, person: Person, change: () => void): void {
    const thing = this.thing(tag);
    const isUnchanged = this.isUnchanged(thing);
    change();
    this.liven(thing);
    thing.deletes += 1;
    this.edits += 1;
    this.firm.note(`erp takes ${person.name} out of ${tag}`);
    thing.story.leavers.add(person.name);
    thing.story.answers.delete(person.name);
    const isReached = this.losesItem(thing, person);
    thing.isAltered = true;
    if (!isUnchanged) thing.mayDouble = true;
    else if (isReached && !thing.isMeeting) thing.goneAt.add(person.name);
  }

  /** Whether the record's going takes the person's item along; where it does not, the item is on its own from now on. */
  losesItem(thing: Thing, person: Person): boolean {
    const { direction, deleteInExchange } = person.setup;
    const isReached = direction !== 'toErp' && deleteInExchange && !thing.apart.has(person.name);
    if (!isReached) thing.apart.set(person.name, 'unclear');
    return isReached;
  }

  /** What has become private is left out of these people's sync. */
  hide(thing: Thing, people: readonly Person[]): void {
    for (const one of people) {
      if (!one.setup.leavePrivateOut) continue;
      this.firm.befell('turnedPrivate');
      thing.apart.set(one.name, 'private');
    }
  }

  /** Somebody changed it or brought it back: what was deleted may live on. */
  liven(thing: Thing): void {
    if (thing.deletes > 0) thing.mayDouble = true;
    thing.goneAt.clear();
    thing.story.isQuiet = false;
  }

  /** Who takes part in it from now on. */
  joined(
    place: Place,
    tag: string,
    person: Person,
    { isPrivate, isInScope }: { readonly isPrivate: boolean; readonly isInScope: boolean },
  ): void {
    const thing = this.thing(tag);
    if (!isInScope && !thing.apart.has(person.name)) thing.apart.set(person.name, 'scope');
    // somebody has deleted it already: what the newcomer gets of it may stay with them
    if (thing.goneAt.has('erp')) this.losesItem(thing, person);
    this.liven(thing);
    this.edits += 1;
    thing.story.answers.delete(person.name);
    this.firm.note(`${nameOf(place)} adds ${person.name} to ${tag}`);
    thing.isAltered = true;
    thing.goneAt.delete(person.name);
    this.noteOneWays(thing, place);
    if (isPrivate) this.hide(thing, [person]);
  }

  /** Once all is quiet, what came back into the scope is like all others again. */
  settled(): void {
    this.fresh.clear();
    for (const thing of this.things.values()) {
      const { apart } = thing;
      thing.isAltered = false;
      if (thing.isMeeting) noteRest(this.firm, thing.story, thing.tag);
      for (const [name, why] of apart) if (why === 'returning') apart.delete(name);
    }
  }

  /** Out of the scope, or into it again; until the next look nobody can say whether it counts. */
  moveScope(thing: Thing, { name }: Person, why: 'scope' | 'moved', isBack: boolean): void {
    this.firm.befell(why === 'moved' ? 'moved' : 'leftScope');
    thing.story.isQuiet = false;
    const now = thing.apart.get(name);
    if (thing.deletes > 0) thing.apart.set(name, 'unclear');
    else if (isBack && now === why) {
      thing.apart.set(name, thing.stuck.has(name) ? 'oneWay' : 'returning');
    } else if (!isBack && (now === undefined || now === 'returning')) thing.apart.set(name, why);
    else if (!isBack && now !== why) thing.apart.set(name, 'unclear');
    // with the record out of sight, a deletion may not be followed any more
    if (isBack || why === 'scope') this.liven(thing);
  }

  /** Brought back from where deleted things are: it lives again, and travels like something new. */
  restored(place: Place, tag: string): void {
    const thing = this.thing(tag);
    this.edits += 1;
    this.firm.befell('restored');
    this.firm.note(`${nameOf(place)} restores ${tag}`);
    this.liven(thing);
    this.noteOneWays(thing, place);
    this.unclear(thing);
    thing.mayDouble = true;
  }

  /** Too much happened at once to say which of its edits must be seen. */
  unclear(thing: Thing): void {
    for (const field of trackedOf(thing)) thing.blurred.add(field);
  }

  /** True while the place neither gives to the others nor takes from them. */
  isOnItsOwn(thing: Thing, place: Place): boolean {
    const why = place === 'erp' ? undefined : thing.apart.get(place.name);
    return why !== undefined && why !== 'returning';
  }

  sight(place: Place, id: string): Sight | null {
    if (place === 'erp') {
      const row = this.firm.erp.rows.find((one) => one.id === id);
      return row === undefined ? null : recordSight(this.firm, row.record, id);
    }
    const item = itemsOf(this.firm, place).find((one) => one.id === id);
    return item === undefined ? null : itemSight(this.firm, place, item);
  }

  /** Nothing is under way that whoever deletes it has not seen. */
  private isUnchanged({ tag, isAltered }: Thing): boolean {
    return !isAltered && this.showsSame(tag);
  }

  /** All who have it show the same, each once. */
  private showsSame(tag: string): boolean {
    const texts = new Set<string>();
    for (const place of ['erp', ...this.people] as const) {
      const there = tagged(this.firm, place, tag);
      if (there.length > 1) return false;
      for (const sight of there) texts.add(JSON.stringify(sight.texts));
    }
    return texts.size === 1 && recordsOf(this.firm, tag).length <= 1;
  }

  private compare(
    thing: Thing,
    {
      place,
      field,
      before,
      after,
    }: {
      readonly place: Place;
      readonly field: Field;
      readonly before: Sight;
      readonly after: Sight;
    },
  ): void {
    const was = tokenAt(before, field);
    const token = tokenAt(after, field);
    if (was === token) return;
    const known = find(thing, field, was);
    if (known === null) thing.blurred.add(field);
    this.add(thing, { field, place: nameOf(place), token, after: known });
  }

  private add(thing: Thing, edit: Edit): void {
    thing.edits.push(edit);
  }

  /** Where edits travel one way only, the other side is overruled without a word; what did not get there stays apart. */
  private noteOneWays(thing: Thing, place: Place): void {
    const taking = this.people.filter((person) => this.takesPart(thing, person));
    for (const person of taking) {
      const { direction } = person.setup;
      if (direction === 'both') continue;
      this.unclear(thing);
      const isStuck = direction === 'toExchange' ? person === place : person !== place;
      const why = thing.apart.get(person.name) ?? 'returning';
      if (isStuck) thing.stuck.add(person.name);
      if (isStuck && why === 'returning') thing.apart.set(person.name, 'oneWay');
    }
  }

  private takesPart(thing: Thing, { name, employeeId }: Person): boolean {
    const isInRecord = recordsOf(this.firm, thing.tag).some(({ employees }) =>
      employees.includes(employeeId),
    );
    const person = this.people.find((one) => one.name === name);
    return isInRecord || (person !== undefined && tagged(this.firm, person, thing.tag).length > 0);
  }

  private noteSecret(place: Place, before: Sight | null, after: Sight): void {
    if (place === 'erp' || !place.setup.leavePrivateOut) return;
    const text = tokenAt(after, 'subject');
    const isNew = before === null || (before.isPrivate && tokenAt(before, 'subject') !== text);
    if (after.isPrivate && isNew) this.secrets.set(text, after.tag);
    if (after.isPrivate) return;
    this.secrets.delete(text); // a copy of a private item may say the same
    for (const [secret, tag] of this.secrets) if (tag === after.tag) this.secrets.delete(secret);
  }
}
