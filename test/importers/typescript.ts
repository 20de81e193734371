import { registerHooks } from 'node:module';

// Preloaded into generators: `typescript` of the project has no API any more, so whoever wants one gets
// the TypeScript 5 of this package.

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier === 'typescript' ? { ...context, parentURL: import.meta.url } : context,
    ),
});
