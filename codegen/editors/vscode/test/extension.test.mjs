// The extension as it is packaged, in plain node: the editor's module is played, the server is the real one (ALMANET_GEN).
import assert from "node:assert/strict";
import fs from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const root = path.join(import.meta.dirname, "..");
const read = (name) => JSON.parse(fs.readFileSync(path.join(root, name), "utf8"));
const manifest = read("package.json");

test("what the manifest names is there", () => {
  const { languages, grammars, snippets } = manifest.contributes;
  const files = [languages[0].configuration, ...grammars.map((grammar) => grammar.path), snippets[0].path];
  for (const file of files) {
    read(file);
  }
  const { wordPattern, onEnterRules, indentationRules } = read(languages[0].configuration);
  for (const pattern of [wordPattern, ...onEnterRules.map((rule) => rule.beforeText), ...Object.values(indentationRules)]) {
    new RegExp(pattern);
  }
});

/** Runs the extension with an editor that only remembers what it is told. */
function activate(path, Client) {
  const told = { errors: [], commands: [], clients: [] };
  const played = {
    commands: {
      registerCommand: (name) => (told.commands.push(name), { dispose() {} }),
      executeCommand: async (...command) => void told.commands.push(command),
    },
    window: { showErrorMessage: async (message) => void told.errors.push(message) },
    workspace: {
      onDidChangeConfiguration: () => ({ dispose() {} }),
      getConfiguration: () => ({ get: () => path }),
      workspaceFolders: [{ uri: { fsPath: "/project" } }],
    },
  };
  const loaded = { exports: {} };
  const load = Module._load;
  Module._load = (name, ...rest) => {
    if (name === "vscode") return played;
    if (name === "vscode-languageclient/node") return { LanguageClient: Client(told) };
    return load(name, ...rest);
  };
  try {
    const compiled = fs.readFileSync(`${root}/out/extension.test.js`, "utf8");
    new Function("module", "exports", "require", compiled)(loaded, loaded.exports, require);
  } finally {
    Module._load = load;
  }
  return { told, extension: loaded.exports };
}

test("the client starts the server that the settings name, and stops it", async () => {
  const Client = (told) =>
    class {
      constructor(id, name, server, options) {
        told.clients.push({ id, server, options, state: "new" });
        this.client = told.clients.at(-1);
      }
      async start() {
        this.client.state = "started";
      }
      async stop() {
        this.client.state = "stopped";
      }
    };
  const { told, extension } = activate("${workspaceFolder}/bin/almanet-gen", Client);
  await extension.activate({ subscriptions: [] });
  const [client] = told.clients;
  assert.deepEqual(client.server, { command: "/project/bin/almanet-gen", args: ["lsp"] });
  assert.deepEqual(client.options.documentSelector.map((of) => of.language), ["almanet", "almanet"]);
  // The trace setting is read under the client's id.
  assert.ok(`${client.id}.trace.server` in manifest.contributes.configuration.properties);
  assert.deepEqual(told.commands, manifest.contributes.commands.map(({ command }) => command));
  assert.equal(client.state, "started");
  await extension.deactivate();
  assert.equal(client.state, "stopped");
});

test("a server that is not there is told, with what to do", async () => {
  const Client = () =>
    class {
      async start() {
        throw new Error("ENOENT");
      }
    };
  const { told, extension } = activate("", Client);
  await extension.activate({ subscriptions: [] });
  assert.match(told.errors[0], /"almanet-gen" could not be started \(ENOENT\)/);
});
