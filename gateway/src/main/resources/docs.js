// Shows the OpenAPI document; text is only ever set as text.
'use strict';
const make = (name, text, ...children) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};
fetch('openapi.json').then(answer => answer.json()).then(api => {
  const resolve = node => node && node.$ref
    ? node.$ref.slice(2).split('/').reduce((at, key) => at[key.replace(/~1/g, '/').replace(/~0/g, '~')], api)
    : node;
  const name = schema => schema === undefined ? '' : schema.$ref ? schema.$ref.split('/').pop() : JSON.stringify(schema);
  const table = (heads, rows) => make('table', '',
    make('tr', '', ...heads.map(head => make('th', head))),
    ...rows.map(row => make('tr', '', ...row.map(cell => make('td', cell)))));
  const page = document.getElementById('page');
  page.replaceChildren(make('h1', api.info.title), make('p', api.info.summary), make('p', api.info.description));
  for (const tag of api.tags) {
    page.append(make('h2', tag.name), make('p', tag.description));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
        const operation = item[method];
        if (!operation || !operation.tags.includes(tag.name)) continue;
        const details = make('details', '', make('summary', '',
          make('b', method.toUpperCase()), make('code', path), ' ' + operation.summary));
        if (operation.description) details.append(make('p', operation.description));
        const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map(resolve);
        if (parameters.length) {
          details.append(make('h4', 'Parameters'), table(['name', 'in', 'form', ''],
            parameters.map(each => [each.name, each.in, name(each.schema), each.description || ''])));
        }
        const body = operation.requestBody;
        if (body) {
          for (const [type, content] of Object.entries(body.content)) {
            details.append(make('h4', 'Body: ' + type), make('pre', JSON.stringify(resolve(content.schema), null, 2)));
          }
        }
        details.append(make('h4', 'Answers'), table(['status', '', 'form'],
          Object.entries(operation.responses).map(([status, given]) => {
            const answer = resolve(given);
            return [status, answer.description, Object.entries(answer.content || {})
              .map(([type, content]) => type + ' ' + name(content.schema)).join(', ')];
          })));
        page.append(details);
      }
    }
  }
  page.append(make('h2', 'Schemas'));
  for (const [key, schema] of Object.entries(api.components.schemas)) {
    page.append(make('details', '', make('summary', key), make('pre', JSON.stringify(schema, null, 2))));
  }
});
