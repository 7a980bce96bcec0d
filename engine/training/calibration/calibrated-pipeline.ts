import type { Pipeline } from '../pipeline.ts';
import type { Calibrator } from './calibrator.ts';

/** A pipeline of class probabilities whose answers are corrected. */
export function calibratedPipeline(pipeline: Pipeline, calibrator: Calibrator): Pipeline {
  return {
    ...pipeline,
    addToGraph: (graph, inputs) => calibrator.addToGraph(graph, pipeline.addToGraph(graph, inputs)),
    predict: async (table, rows, signal) => calibrator.apply(await pipeline.predict(table, rows, signal)),
  };
}
