import {
  BasePropertySet,
  ConflictResolutionMode,
  Contact,
  DayOfTheWeek,
  EmailAddress,
  EmailAddressKey,
  ExtendedPropertyDefinition,
  FileAttachment,
  Guid,
  ItemView,
  MapiPropertyType,
  PhoneNumberKey,
  PhysicalAddressEntry,
  PhysicalAddressKey,
  PropertySet,
  SearchFilter,
  Task,
  TaskStatus,
  Appointment,
  SendInvitationsOrCancellationsMode,
} from 'ews-javascript-api';
import { appointment, weekly } from './calendars.js';
import { same } from './steps.js';
import type { Step } from './steps.js';
import { at, minuteOf } from './world.js';

const ALL = new PropertySet(BasePropertySet.FirstClassProperties);
const MARK = new ExtendedPropertyDefinition(
  new Guid('7c0f3f0b-2a55-4d39-9d9c-0d7b3f0f2a11'),
  'Markierung',
  MapiPropertyType.String,
);
const NUMBER = new ExtendedPropertyDefinition(
  new Guid('7c0f3f0b-2a55-4d39-9d9c-0d7b3f0f2a11'),
  'Nummer',
  MapiPropertyType.Integer,
);

export const OTHER_STEPS: readonly Step[] = [
  {
    sentence: 'tasks: completing one sets status, percentage and date together',
    async run(world) {
      const service = world.service();
      const task = new Task(service);
      task.Subject = 'Angebot für Müller';
      task.StartDate = at('2026-03-01T00:00:00Z');
      task.DueDate = at('2026-03-31T00:00:00Z');
      await task.Save(await world.folder('tasks'));
      const found = await Task.Bind(service, task.Id, ALL);
      same([found.Status, found.PercentComplete], [TaskStatus.NotStarted, 0]);
      found.Status = TaskStatus.Completed;
      await found.Update(ConflictResolutionMode.AlwaysOverwrite);
      const done = await Task.Bind(service, task.Id, ALL);
      same([done.Status, done.PercentComplete, done.IsComplete], [TaskStatus.Completed, 100, true]);
      same(minuteOf(done.CompleteDate).length, 17);
    },
  },
  {
    sentence: 'tasks: completing a recurring one leaves a done one-off and the next of the series',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder('tasks')];
      const task = new Task(service);
      task.Subject = 'Wochenbericht';
      task.StartDate = at('2026-03-02T00:00:00Z');
      task.DueDate = at('2026-03-02T00:00:00Z');
      task.Recurrence = weekly(task.StartDate, 1, DayOfTheWeek.Monday);
      task.Recurrence.NumberOfOccurrences = 5;
      await task.Save(folder);
      const found = await Task.Bind(service, task.Id, ALL);
      found.Status = TaskStatus.Completed;
      await found.Update(ConflictResolutionMode.AlwaysOverwrite);
      const { Items } = await service.FindItems(folder, new ItemView(10));
      const tasks: [string, boolean][] = [];
      for (const { Id } of Items) {
        const one = await Task.Bind(service, Id, ALL);
        tasks.push([minuteOf(one.DueDate).slice(0, 10), one.IsComplete]);
      }
      same(tasks.sort(), [
        ['2026-03-02', true],
        ['2026-03-09', false],
      ]);
    },
  },
  {
    sentence:
      'contacts: every address and number has its own place, and one is changed without the others',
    async run(world) {
      const service = world.service();
      const contact = new Contact(service);
      contact.GivenName = 'Jörg';
      contact.Surname = 'Müller-Lüdenscheidt';
      contact.CompanyName = 'Weiß und Söhne';
      contact.EmailAddresses._setItem(
        EmailAddressKey.EmailAddress1,
        new EmailAddress('a@weiss.example'),
      );
      contact.EmailAddresses._setItem(
        EmailAddressKey.EmailAddress2,
        new EmailAddress('b@weiss.example'),
      );
      contact.PhoneNumbers._setItem(PhoneNumberKey.BusinessPhone, '+49 221 1');
      contact.PhoneNumbers._setItem(PhoneNumberKey.MobilePhone, '+49 170 2');
      const work = new PhysicalAddressEntry();
      work.Street = 'Königstraße 1';
      work.City = 'Köln';
      contact.PhysicalAddresses._setItem(PhysicalAddressKey.Business, work);
      await contact.Save(await world.folder('contacts'));
      const found = await Contact.Bind(service, contact.Id, ALL);
      found.PhoneNumbers._setItem(PhoneNumberKey.BusinessPhone, '+49 221 99');
      await found.Update(ConflictResolutionMode.AlwaysOverwrite);
      const again = await Contact.Bind(service, contact.Id, ALL);
      same(again.PhoneNumbers._getItem(PhoneNumberKey.BusinessPhone), '+49 221 99');
      same(again.PhoneNumbers._getItem(PhoneNumberKey.MobilePhone), '+49 170 2');
      same(again.EmailAddresses._getItem(EmailAddressKey.EmailAddress2).Address, 'b@weiss.example');
      same(again.PhysicalAddresses._getItem(PhysicalAddressKey.Business).Street, 'Königstraße 1');
      same([again.GivenName, again.Surname], ['Jörg', 'Müller-Lüdenscheidt']);
    },
  },
  {
    sentence: 'extended properties: they come back, are searched for, and can be taken away',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const marks = new PropertySet(BasePropertySet.FirstClassProperties, [MARK, NUMBER]);
      const made = await appointment(service, folder, (item) => {
        item.SetExtendedProperty(MARK, 'schlüssel-🔑');
        item.SetExtendedProperty(NUMBER, 42);
      });
      await appointment(service, folder);
      const found = await Appointment.Bind(service, made.Id, marks);
      const values = found.ExtendedProperties.GetEnumerator().map(({ Value }) => String(Value));
      same(values.sort(), ['42', 'schlüssel-🔑']);
      const filter = new SearchFilter.IsEqualTo(MARK, 'schlüssel-🔑');
      same((await service.FindItems(folder, filter, new ItemView(10))).TotalCount, 1);
      found.RemoveExtendedProperty(MARK);
      await found.Update(
        ConflictResolutionMode.AlwaysOverwrite,
        SendInvitationsOrCancellationsMode.SendToNone,
      );
      same((await service.FindItems(folder, filter, new ItemView(10))).TotalCount, 0);
    },
  },
  {
    sentence: 'attachments: a file comes back as it was attached',
    async run(world) {
      const service = world.service();
      const content = Buffer.from('Größe 🚀').toString('base64');
      const made = await appointment(service, await world.folder(), (item) => {
        item.Attachments.AddFileAttachment('Größe.txt', content);
      });
      const found = await Appointment.Bind(service, made.Id, ALL);
      const [attached] = found.Attachments.GetEnumerator();
      if (!(attached instanceof FileAttachment)) throw new Error('there is no file attached');
      await attached.Load();
      same([attached.Name, attached.Base64Content], ['Größe.txt', content]);
    },
  },
];
