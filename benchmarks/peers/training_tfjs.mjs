// The article's network and training in TensorFlow.js, whose Node process needs no native part. Arguments: threads (unused: it has one), images.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

let tf;
try {
    tf = await import('@tensorflow/tfjs');
} catch {
    console.log("missing npm's @tensorflow/tfjs (npm install, in benchmarks/peers)");
    process.exit(0);
}

await tf.ready();
const bytes = readFileSync(process.argv[3]);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const images = tf.tensor4d(values, [values.length / 784, 28, 28, 1]);
const labels = tf.range(0, images.shape[0]).mod(2).reshape([-1, 1]);

function network() {
    const model = tf.sequential({ layers: [
        tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 64, activation: 'relu' }),
        tf.layers.dense({ units: 1, activation: 'sigmoid' }),
    ] });
    model.compile({ optimizer: tf.train.adam(1e-3), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    return model;
}

const part = (start, count) => [images.slice([start, 0, 0, 0], [count, 28, 28, 1]), labels.slice([start, 0], [count, 1])];
const trained = network();
const works = {
    async steps(count) {
        const [x, y] = part(0, 32);
        for (let i = 0; i < count; i++) {
            await trained.trainOnBatch(x, y);
        }
    },
    async fit(count) {
        for (let i = 0; i < count; i++) {
            const model = network(), [x, y] = part(0, 128), [testX, testY] = part(160, 40);
            await model.fit(x, y, { epochs: 10, batchSize: 32, validationData: part(128, 32), verbose: 0 });
            tf.dispose(model.evaluate(testX, testY));
        }
    },
    async predict(count) {
        for (let start = 0; start < count; start += 640) {
            await trained.predict(part(0, 640)[0], { batchSize: 128 }).data();
        }
    },
};
console.log(`ready TensorFlow.js ${tf.version.tfjs}, backend ${tf.getBackend()}`);
for await (const line of createInterface({ input: process.stdin })) {
    const [work, count] = line.split(' ');
    const start = process.hrtime.bigint();
    await works[work](Number(count));
    console.log(Number(process.hrtime.bigint() - start) / 1e9);
}
