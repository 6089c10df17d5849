import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

/** Starts the server; called by the editor once a contract is opened. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("almanet.restartServer", restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("almanet.server.path")) {
        await restart();
      }
    }),
  );
  await start();
}

/** Ends the server. */
export async function deactivate(): Promise<void> {
  const ending = client;
  client = undefined;
  await ending?.stop();
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const command = serverPath();
  const server: ServerOptions = { command, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "almanet", scheme: "file" },
      { language: "almanet", scheme: "untitled" },
    ],
  };
  client = new LanguageClient("almanet", "Almanet", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const told = `Almanet: "${command}" could not be started (${error instanceof Error ? error.message : String(error)}). ` +
      "Install it by `cargo install almanet-codegen`, or say where it is.";
    if ((await vscode.window.showErrorMessage(told, "Open settings")) !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "almanet.server.path");
    }
  }
}

function serverPath(): string {
  const path = vscode.workspace.getConfiguration("almanet").get<string>("server.path") || "almanet-gen";
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return path.replaceAll("${workspaceFolder}", folder);
}
