import type { Worker } from 'node:worker_threads';

/**
 * A thread's next message; rejects when the thread fails or ends before one.
 *
 * @param what the thread is, for the error: `a worker thread`
 */
export function nextMessage<Message>(worker: Worker, what: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      act();
    };
    const onMessage = (message: Message): void => settle(() => resolve(message));
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`${what} ended early with code ${code}`)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}
