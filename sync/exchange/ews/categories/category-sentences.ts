import type { Sentence } from '../../../ports/failure.js';

/** The list in the mailbox is broken. */
export const LIST_UNREADABLE: Sentence = {
  de: 'Die Kategorienliste des Postfachs ist beschädigt und wird deshalb nicht überschrieben. In Outlook die Kategorien öffnen und einmal ändern, oder Outlook einmal mit /cleancategories starten.',
  en: 'The category list of the mailbox is damaged, so it is not overwritten. Open the categories in Outlook and change one of them, or start Outlook once with /cleancategories.',
};

/** Somebody else wrote the list over ours twice in a row. */
export const LIST_CONTESTED: Sentence = {
  de: 'Die Kategorienliste des Postfachs wird gerade von einem anderen Programm geändert. Es wird später noch einmal versucht.',
  en: 'Another program is changing the category list of the mailbox right now. It will be tried again later.',
};

/** Outlook takes these characters for the separator between two categories. */
export const NAME_SEPARATED: Sentence = {
  de: 'Ein Kategoriename darf kein Komma und kein Semikolon enthalten, weil Outlook ihn dort trennt. Bitte den Namen ändern.',
  en: 'The name of a category may not hold a comma or a semicolon, because Outlook splits it there. Please change the name.',
};

export const NAME_EMPTY: Sentence = {
  de: 'Ein Kategoriename darf nicht leer sein. Bitte einen Namen eintragen.',
  en: 'The name of a category may not be empty. Please enter one.',
};

export const NAME_TOO_LONG: Sentence = {
  de: 'Ein Kategoriename darf höchstens 255 Zeichen lang sein. Bitte den Namen kürzen.',
  en: 'The name of a category may have 255 characters at most. Please shorten it.',
};

export const NAME_UNPRINTABLE: Sentence = {
  de: 'Ein Kategoriename darf keine Steuerzeichen und keine Zeilenumbrüche enthalten. Bitte den Namen ändern.',
  en: 'The name of a category may not hold control characters or line breaks. Please change the name.',
};

export const NAME_TWICE: Sentence = {
  de: 'Zwei Kategorien sollen denselben Namen tragen; Outlook unterscheidet Groß- und Kleinschreibung nicht. Bitte einen der Namen ändern.',
  en: 'Two categories are to have the same name; Outlook makes no difference between capitals and small letters. Please change one of them.',
};
