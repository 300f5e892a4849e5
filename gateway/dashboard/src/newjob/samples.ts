/** Specifications to begin with; the offline model really implements these, but for what it says of some. */
export const SAMPLES: readonly { title: string; spec: string }[] = [
  {
    title: 'Roman numerals',
    spec: 'Write a Python library that converts Roman numerals to integers and back, with validation.\n\nNumbers from 1 to 3999. Anything that is no canonical Roman numeral is refused with a ValueError.',
  },
  {
    title: 'Bank account',
    spec: 'A bank account with deposit, withdraw, transfer and a history of its transactions.\n\nAmounts are positive; nobody can withdraw more than there is.',
  },
  {
    title: 'LRU cache',
    spec: 'An LRU cache with a capacity: get and put in constant time; the entry that was not used for longest is dropped first.',
  },
  {
    title: 'Book store',
    spec: 'Store books with title:str, year:int; add, list, find, delete',
  },
  {
    title: 'Calculator',
    spec: 'A calculator that evaluates arithmetic expressions with + - * /, parentheses and unary minus, with the usual precedence.',
  },
  {
    title: 'CSV to JSON',
    spec: 'Convert CSV text with a header line to JSON, with quoted fields.',
  },
  {
    title: 'Text statistics',
    spec: 'Text statistics: count words, lines and characters of a text, and find its most frequent words.',
  },
];
