"""Records what PyTorch computes in training, in double precision: test/train/fixtures/*.{pt,json}.

- losses: each term of a loss for pictures on 0..255, and its gradient with respect to the output
- gradients-<network>: gradients of every tiny network of the other record scripts, from the weights and the input there
- optimizers: losses of five steps with each optimiser on the tiny RCAN, and the weights after them

    python3 scripts/record_training.py      (Debian: python3-torch)
"""
import copy
import json
import torch
import torch.nn.functional as F
from record_edsr_srcnn_espcn import Edsr, Espcn, EspcnSigmoid, Srcnn
from record_rcan import Rcan
from record_san_han import Han, San

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)

NETWORKS = {
    "rcan": (lambda: Rcan(scale=3, groups=2, blocks=1, f=4, r=2), 255),
    "edsr": (lambda: Edsr(blocks=3, f=4, res_scale=0.1), 255),
    "srcnn": (lambda: Srcnn(colors=1, n1=4, middle=3, n2=3), 1),
    "espcn": (lambda: Espcn(colors=3, n1=4, n2=3, scale=3), 1),
    "espcn-sigmoid": (lambda: EspcnSigmoid(colors=1, n1=4, n2=3, scale=2), 1),
    "san": (lambda: San(groups=2, blocks=1, f=8, r=4), 1),
    "han": (lambda: Han(groups=2, f=10, r=5), 1),
}


def single(x):
    """Numbers that single precision has exactly, so that both sides start from the same."""
    return x.float().double()


def charbonnier(output, target, value_range):
    return ((output - target) ** 2 + (1e-3 * value_range) ** 2).sqrt().mean()


def ssim(x, y, value_range):
    taps = torch.exp(-((torch.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    taps = taps / taps.sum()
    window = (taps[:, None] * taps).expand(x.shape[1], 1, 11, 11)
    blur = lambda z: F.conv2d(z, window, groups=x.shape[1])
    c1, c2 = (0.01 * value_range) ** 2, (0.03 * value_range) ** 2
    mx, my = blur(x), blur(y)
    covariance, vx, vy = blur(x * y) - mx * my, blur(x * x) - mx**2, blur(y * y) - my**2
    similarity = (2 * mx * my + c1) * (2 * covariance + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return similarity.mean()


TERMS = {
    "L1": lambda output, target, _: F.l1_loss(output, target),
    "MSE": lambda output, target, _: F.mse_loss(output, target),
    "Charbonnier": charbonnier,
    "SSIM": lambda output, target, value_range: 1 - ssim(output, target, value_range),
}
SUM = "0.5*L1+0.2*MSE+0.1*Charbonnier+3*SSIM"


def loss_terms(spec, output, target, value_range):
    parts = [part.split("*") for part in spec.split("+")]
    return torch.stack([float(weight) * TERMS[name](output, target, value_range) for weight, name in parts])


def save(name, tensors):
    torch.save({key: x.detach().float() for key, x in tensors.items()}, f"test/train/fixtures/{name}.pt")


def record_losses():
    output = single(255 * torch.rand(2, 3, 16, 16)).requires_grad_()
    target = single(output.detach() + 20 * torch.randn(2, 3, 16, 16)).clamp(0, 255)
    recorded = {"output": output, "target": target}
    for spec in [*(f"1*{name}" for name in TERMS), SUM]:
        terms = loss_terms(spec, output, target, 255)
        recorded[f"terms.{spec}"] = terms
        recorded[f"gradient.{spec}"] = torch.autograd.grad(terms.sum(), output)[0]
    save("losses", recorded)


def tiny(name):
    """A network with the weights, and a batch with the input, that the other scripts recorded."""
    build, value_range = NETWORKS[name]
    network = build()
    network.load_state_dict(torch.load(f"test/models/fixtures/{name}-tiny.pt"))
    with open(f"test/models/fixtures/{name}-tiny.json") as file:
        recorded = json.load(file)
    x = single(torch.tensor(recorded["input"]["data"]).reshape(recorded["input"]["dims"]))
    target = single(value_range * torch.rand(recorded["output"]["dims"]))
    return network, x, target, value_range


def record_gradients(name, spec):
    network, x, target, value_range = tiny(name)
    terms = loss_terms(spec, network(x), target, value_range)
    terms.sum().backward()
    gradients = {f"gradient.{key}": p.grad for key, p in network.named_parameters() if p.grad is not None}
    save(f"gradients-{name}", {"target": target, "terms": terms, **gradients})


# As `createTrainer` takes them, and the largest norm of the gradients.
OPTIMIZERS = {
    "adam": ({"name": "adam", "lr": 1e-3}, None),
    "adam with other settings": (
        {"name": "adam", "lr": 1e-3, "betas": [0.8, 0.99], "eps": 1e-3, "weightDecay": 0.1},
        None,
    ),
    "adamw": ({"name": "adamw", "lr": 1e-2}, None),
    "adamw with other settings": (
        {"name": "adamw", "lr": 1e-3, "betas": [0.8, 0.99], "eps": 1e-3, "weightDecay": 1},
        None,
    ),
    "sgd": ({"name": "sgd", "lr": 1e-3, "momentum": 0.9}, None),
    "sgd with other settings": ({"name": "sgd", "lr": 1e-3, "momentum": 0.5, "weightDecay": 0.1}, None),
    "rmsprop": ({"name": "rmsprop", "lr": 1e-4}, None),
    "rmsprop with other settings": ({"name": "rmsprop", "lr": 1e-4, "eps": 1e-3, "weightDecay": 0.1}, None),
    "sgd, the first gradients clipped": ({"name": "sgd", "lr": 1e-3, "momentum": 0.9}, 7),
}
CLASSES = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
}


def steps(network, x, target, spec, clip):
    """Five of them; the weights are changed in place."""
    settings = {("weight_decay" if key == "weightDecay" else key): spec[key] for key in spec if key != "name"}
    optimizer = CLASSES[spec["name"]](network.parameters(), **settings)
    for _ in range(5):
        optimizer.zero_grad()
        loss = F.l1_loss(network(x), target)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), clip or float("inf"))
        optimizer.step()
        yield {"loss": loss.item(), "gradientNorm": norm.item()}


def record_optimizers():
    start, x, target, _ = tiny("rcan")
    cases, tensors = [], {"target": target}
    for i, (title, (spec, clip)) in enumerate(OPTIMIZERS.items()):
        network = copy.deepcopy(start)
        recorded = {"title": title, "optimizer": spec, "steps": list(steps(network, x, target, spec, clip))}
        cases.append({**recorded, "clip": clip} if clip else recorded)
        tensors[f"after {title}"] = torch.cat([w.flatten() for w in network.state_dict().values()])
    save("optimizers", tensors)
    with open("test/train/fixtures/optimizers.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


record_losses()
for name in NETWORKS:
    record_gradients(name, SUM if name == "espcn" else "1*L1")
record_optimizers()
