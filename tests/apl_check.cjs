// Amazon's own APL schemas over every document on stdin: {name: {document, commands}}. Exits with 1 when something is
// wrong. Needs `npm install apl-suggester`; NODE_PATH says where.
'use strict';
const path = require('path');
const where = process.env.NODE_PATH || path.join(process.cwd(), 'node_modules');
const load = (name) => require(path.join(where, name));

// The schemas want arrays of commands; APL also takes a single one.
const COMMANDS = /^(on[A-Z]\w*|commands|otherwise|catch|finally)$/;
function arrays(node) {
  if (Array.isArray(node)) return node.map(arrays);
  if (!node || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => {
    const single = COMMANDS.test(key) && value && typeof value.type === 'string';
    return [key, single ? [arrays(value)] : arrays(value)];
  }));
}

function* commandsIn(node, at) {
  if (!node || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (COMMANDS.test(key) && Array.isArray(value)) {
      for (const [number, command] of value.entries()) {
        if (command && typeof command.type === 'string') yield [`${at}/${key}/${number}`, command];
      }
    }
    yield* commandsIn(value, `${at}/${key}`);
  }
}

async function main() {
  const log = console.log;
  console.log = console.warn = () => {}; // the package chatters
  const { StaticAplTemplateValidator, ErrorController } = load('apl-suggester');
  const { CommandSchemaValidator } = load('apl-suggester/dist/src/CommandSchemaValidator.js');
  const found = new Set();
  const controller = ErrorController.getInstance();
  controller.registerErrors();
  const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  for (const [name, { document, commands }] of Object.entries(input)) {
    controller.setErrorInterface({
      sendError: (error) => found.add(`${name}: code ${error.code} ${JSON.stringify(error.placeholders || {})}`),
    });
    const whole = arrays(document);
    for (const wrong of await new StaticAplTemplateValidator().validate(JSON.parse(JSON.stringify(whole)))) {
      found.add(`${name}: ${wrong.path}: ${wrong.errorMessage}`);
    }
    const own = Object.keys(whole.commands || {});
    for (const [at, command] of commandsIn({ ...whole, sent: { commands: arrays(commands || []) } }, '')) {
      if (own.includes(command.type)) continue;
      if (!CommandSchemaValidator.COMMAND_TYPE_TO_JSON_SCHEMA.has(command.type)) {
        found.add(`${name}: ${at}: there is no command ${command.type}`);
        continue;
      }
      const flat = Object.fromEntries(Object.entries(command).map(([key, value]) => [key, COMMANDS.test(key) ? [] : value]));
      for (const wrong of CommandSchemaValidator.getInstance().validateCommand(flat, command.type)) {
        found.add(`${name}: ${at}${wrong.path === '/' ? '' : wrong.path}: ${wrong.errorMessage}`);
      }
    }
  }
  for (const line of found) log(line);
  log(`${Object.keys(input).length} documents, ${found.size} findings`);
  process.exit(found.size ? 1 : 0);
}

main();
