"""The article's network and training in PyTorch, as its tutorials write them. Arguments: threads, images (float32 [N, 1, 28, 28], alternating classes)."""
import sys

from protocol import loaded, missing, serve

try:
    import torch
    from torch import nn
except ImportError:
    missing("Debian's python3-torch")

threads, file = int(sys.argv[1]), sys.argv[2]
torch.set_num_threads(threads)
torch.manual_seed(42)
images = torch.frombuffer(bytearray(open(file, "rb").read()), dtype=torch.float32).view(-1, 1, 28, 28)
labels = torch.arange(len(images)) % 2


def network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 1))


def epoch(model, optimizer, images, labels):
    model.train()
    loss_sum = correct = 0
    for batch in torch.randperm(len(images)).split(32):
        target = labels[batch].float()
        logits = model(images[batch]).squeeze(1)
        loss = nn.functional.binary_cross_entropy_with_logits(logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(batch)
        correct += ((logits >= 0) == (target == 1)).sum().item()


def evaluate(model, images, labels):
    model.eval()
    loss_sum = correct = 0
    with torch.no_grad():
        for part, target in zip(images.split(128), labels.float().split(128)):
            logits = model(part).squeeze(1)
            loss_sum += nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="sum").item()
            correct += ((logits >= 0) == (target == 1)).sum().item()
    return correct / len(images)


trained = network()
adam = torch.optim.Adam(trained.parameters(), 1e-3)


def steps(count):
    for _ in range(count // 20):
        epoch(trained, adam, images[:640], labels[:640])


def fit(count):
    for _ in range(count):
        model = network()
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)
        for _ in range(10):
            epoch(model, optimizer, images[:128], labels[:128])
            evaluate(model, images[128:160], labels[128:160])
        evaluate(model, images[160:200], labels[160:200])


def predict(count):
    trained.eval()
    with torch.no_grad():
        for start in range(0, count, 640):
            for part in images[:640].split(128):
                torch.sigmoid(trained(part)).squeeze(1).tolist()


blas = "OpenBLAS" if loaded("openblas-pthread/libblas") else "reference BLAS" if loaded("/blas/libblas") else loaded("blas") or "its own BLAS"
serve(f"PyTorch {torch.__version__} with {blas}", {"steps": steps, "fit": fit, "predict": predict})
