"""A plot with text, contours and a triangulation, drawn by Agg, comes out as a PNG with ink on it."""

import io

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

x = np.linspace(0, 6, 40)
figure, (left, right) = plt.subplots(1, 2)
left.plot(x, np.sin(x), label="Farwheel ₂ ÅÉ")
left.legend()
right.tricontourf([0, 1, 0, 1, 0.5], [0, 0, 1, 1, 0.5], [1, 2, 3, 4, 5])
file = io.BytesIO()
figure.savefig(file, format="png", dpi=100)
image = Image.open(file)
assert image.size == (640, 480)
shades = image.convert("L").getcolors()
assert len(shades) > len("black and white")
