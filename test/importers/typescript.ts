import { registerHooks } from 'node:module';

// Preloaded into generators: the project's `typescript` has no API any more, so generators that need one
// get the TypeScript 5 of this package.

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier === 'typescript' ? { ...context, parentURL: import.meta.url } : context,
    ),
});
