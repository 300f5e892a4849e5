import css from 'highlight.js/lib/languages/css';
import ini from 'highlight.js/lib/languages/ini';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import sql from 'highlight.js/lib/languages/sql';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

/** A piece of a line, with the class that colours it; empty for plain text. */
export interface Token {
  text: string;
  look: string;
}

// lowlight: highlight.js as a tree in place of HTML, so that no text of a job is ever parsed as markup.
const lowlight = createLowlight({ css, ini, json, markdown, python, sql, xml, yaml });

/** Of the endings that a file of a job may have; txt and csv are plain. */
const LANGUAGES: Readonly<Record<string, string>> = {
  py: 'python',
  md: 'markdown',
  json: 'json',
  toml: 'ini',
  cfg: 'ini',
  ini: 'ini',
  yaml: 'yaml',
  yml: 'yaml',
  sql: 'sql',
  html: 'xml',
  css: 'css',
};

interface Node {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: Node[];
}

/** The lines of a file, coloured by its ending. */
export function highlighted(path: string, text: string): Token[][] {
  const language = LANGUAGES[path.slice(path.lastIndexOf('.') + 1)];
  return language === undefined ? plain(text) : linesOf(lowlight.highlight(language, text) as Node);
}

/** Likewise, without colours. */
export const plain = (text: string): Token[][] => withoutLast(text.split('\n').map((line) => [{ text: line, look: '' }]));

function linesOf(root: Node): Token[][] {
  const lines: Token[][] = [[]];
  const walk = (node: Node, look: string) => {
    if (node.type === 'text') {
      (node.value ?? '').split('\n').forEach((text, i) => {
        if (i > 0) {
          lines.push([]);
        }
        if (text !== '') {
          lines.at(-1)?.push({ text, look });
        }
      });
      return;
    }
    const names = Array.isArray(node.properties?.className) ? node.properties.className.filter((name) => typeof name === 'string') : [];
    node.children?.forEach((child) => walk(child, names[0] ?? look));
  };
  walk(root, '');
  return withoutLast(lines);
}

/** A line break ends a line; it begins none. */
function withoutLast(lines: Token[][]): Token[][] {
  const isEmpty = (lines.at(-1) ?? []).every((token) => token.text === '');
  return lines.length > 1 && isEmpty ? lines.slice(0, -1) : lines;
}
