import ts from 'typescript';

/** One import or re-export, type imports included. */
export interface ModuleImport {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** What of a module the rules are about. */
export interface Module {
  readonly imports: readonly ModuleImport[];
  /** Names declared at module level whose values can change. */
  readonly state: readonly string[];
  /** Names that are used but declared nowhere in the file, and whether the module's loading alone uses them. */
  readonly globals: readonly { readonly name: string; readonly atLoad: boolean }[];
}

/** Reads a TypeScript module. */
export function readModule(path: string, text: string): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: ModuleImport[] = [];
  const declared = new Set<string>();
  const used: { name: string; atLoad: boolean }[] = [];

  function addImport(specifier: ts.Node | undefined, typeOnly: boolean): void {
    if (specifier && ts.isStringLiteralLike(specifier)) imports.push({ specifier: specifier.text, typeOnly });
  }

  function visit(node: ts.Node, atLoad: boolean): void {
    if (ts.isImportDeclaration(node)) {
      addImport(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    } else if (ts.isExportDeclaration(node)) addImport(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      addImport(node.argument.literal, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      addImport(node.arguments[0], false);
    }
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) {
      if (!ts.isImportTypeNode(node)) ts.forEachChild(node, (child) => visitType(child));
      return;
    }
    if (ts.isIdentifier(node)) {
      if (isDeclarationName(node)) declared.add(node.text);
      else if (isReference(node)) used.push({ name: node.text, atLoad });
    }
    const inner = atLoad && !ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, inner));
  }

  /** Types name no globals that run, but they import. */
  function visitType(node: ts.Node): void {
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      addImport(node.argument.literal, true);
    }
    ts.forEachChild(node, visitType);
  }

  visit(file, true);
  return {
    imports,
    state: file.statements.filter(ts.isVariableStatement).flatMap(stateOf),
    globals: used.filter(({ name }) => !declared.has(name)),
  };
}

function isDeclarationName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return true;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isClassDeclaration(parent) ||
      ts.isInterfaceDeclaration(parent) ||
      ts.isTypeAliasDeclaration(parent)) &&
    parent.name === node
  );
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isJsxAttribute(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  const isKey =
    (ts.isPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    parent.name === node;
  return !isKey;
}

const collections = ['Map', 'Set', 'WeakMap', 'WeakSet'];

function stateOf(statement: ts.VariableStatement): string[] {
  const { declarations, flags } = statement.declarationList;
  const isConstant = Boolean(flags & ts.NodeFlags.Const);
  return declarations
    .filter(({ initializer, type }) => !isConstant || (isCollection(initializer) && !isReadonly(type)))
    .map(({ name }) => name.getText());
}

function isCollection(node: ts.Expression | undefined): boolean {
  if (!node) return false;
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
    return isCollection(node.expression);
  }
  return ts.isNewExpression(node) && collections.includes(node.expression.getText());
}

/** A collection that the compiler lets nobody change is a constant. */
function isReadonly(type: ts.TypeNode | undefined): boolean {
  return /^Readonly(Map|Set)</.test(type?.getText() ?? '');
}
