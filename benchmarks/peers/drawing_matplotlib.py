"""The article's own way to draw: one matplotlib figure an image, saved and read back as grey values. Arguments: anti-aliasing (unused: always on)."""
import io
import random

from protocol import missing, serve

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    from PIL import Image
except ImportError:
    missing("Debian's python3-matplotlib and python3-pil")

chance = random.Random(42)


def draw(count):
    images = np.empty((count, 28, 28), np.float32)
    for i in range(count):
        figure, axes = plt.subplots(figsize=(1, 1), dpi=28)
        axes.set_xlim(0, 28)
        axes.set_ylim(0, 28)
        axes.axis("off")
        if i % 2 == 0:
            axes.add_patch(plt.Circle((chance.randint(10, 17), chance.randint(10, 17)), chance.randint(5, 8), color="black"))
        else:
            axes.add_patch(plt.Rectangle((chance.randint(5, 11), chance.randint(5, 11)), chance.randint(8, 14), chance.randint(8, 14), color="black"))
        figure.canvas.draw()
        images[i] = np.asarray(Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("L"), np.float32) / 255
        plt.close(figure)


serve(f"matplotlib {matplotlib.__version__}, one figure an image", {"images": draw})
