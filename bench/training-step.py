"""PyTorch's side of training-step.mjs: takes a training step for every line that it reads.

The networks are written as one would with PyTorch: ReLU in place, pooling modules, the covariance from centred
features instead of a matrix of pixels by pixels, Adam as it comes, gradients set to None.
"""
import json
import sys
import time

import torch
from torch import nn

case = json.loads(sys.argv[1])
torch.set_num_threads(case["threads"])
# The smallest gradients of a deep network are denormal numbers, which the processor handles many times slower.
torch.set_flush_denormal(True)


def conv(i, o, k):
    return nn.Conv2d(i, o, k, padding=k // 2)


def squeeze(f, r):
    return nn.Sequential(conv(f, f // r, 1), nn.ReLU(True), conv(f // r, f, 1), nn.Sigmoid())


class ChannelAttention(nn.Module):
    def __init__(self, f, r):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.conv_du = squeeze(f, r)

    def forward(self, x):
        return x * self.conv_du(self.pool(x))


class SecondOrderAttention(nn.Module):
    def __init__(self, f, r):
        super().__init__()
        self.conv_du = squeeze(f, r)

    def forward(self, x):
        flat = x.flatten(2)
        centred = flat - flat.mean(2, keepdim=True)
        covariance = centred @ centred.transpose(1, 2) / flat.shape[2]
        trace = covariance.diagonal(dim1=1, dim2=2).sum(1)[:, None, None]
        three = 3 * torch.eye(x.shape[1])
        a = covariance / trace
        z = 0.5 * (three - a)
        y = a @ z
        for _ in range(3):
            p = 0.5 * (three - z @ y)
            y, z = y @ p, p @ z
        root = 0.5 * y @ (three - z @ y) * trace.sqrt()
        return x * self.conv_du(root.mean(1)[:, :, None, None])


class NonLocal(nn.Module):
    def __init__(self, f, inner):
        super().__init__()
        self.g = nn.Sequential(conv(f, inner, 1), nn.MaxPool2d(2))
        self.W = conv(inner, f, 1)
        self.theta = conv(f, inner, 1)
        self.phi = nn.Sequential(conv(f, inner, 1), nn.MaxPool2d(2))

    def region(self, x):
        theta, phi, g = (part(x).flatten(2) for part in (self.theta, self.phi, self.g))
        weights = torch.softmax(theta.transpose(1, 2) @ phi, 2)
        y = (weights @ g.transpose(1, 2)).transpose(1, 2)
        return self.W(y.reshape(y.shape[0], y.shape[1], *x.shape[2:])) + x

    def forward(self, x):
        h, w = x.shape[2] // 2, x.shape[3] // 2
        rows = [torch.cat([self.region(part[..., :w]), self.region(part[..., w:])], 3) for part in (x[:, :, :h], x[:, :, h:])]
        return torch.cat(rows, 2)


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return self.body(x) + x


class Ends(nn.Module):
    """What RCAN and SAN begin and end with."""

    def __init__(self, f, scale):
        super().__init__()
        self.sub_mean, self.add_mean = conv(3, 3, 1), conv(3, 3, 1)
        self.head = conv(3, f, 3)
        self.tail = nn.Sequential(conv(f, scale**2 * f, 3), nn.PixelShuffle(scale), conv(f, 3, 3))

    def forward(self, x):
        shallow = self.head(self.sub_mean(x))
        return self.add_mean(self.tail(self.deep(shallow) + shallow))


class Rcan(Ends):
    def __init__(self, groups, blocks, f, r, scale):
        super().__init__(f, scale)
        block = lambda: Residual(conv(f, f, 3), nn.ReLU(True), conv(f, f, 3), ChannelAttention(f, r))
        group = lambda: Residual(*[block() for _ in range(blocks)], conv(f, f, 3))
        self.body = nn.Sequential(*[group() for _ in range(groups)], conv(f, f, 3))

    def deep(self, x):
        return self.body(x)


class San(Ends):
    def __init__(self, groups, blocks, f, r, scale):
        super().__init__(f, scale)
        block = lambda: Residual(conv(f, f, 3), nn.ReLU(True), conv(f, f, 3))
        group = lambda: Residual(*[block() for _ in range(blocks)], SecondOrderAttention(f, r), conv(f, f, 3))
        self.groups = nn.ModuleList([group() for _ in range(groups)])
        self.non_local = NonLocal(f, f // 8)
        self.gamma = nn.Parameter(torch.zeros(1))

    def deep(self, x):
        source = deep = self.non_local(x)
        for group in self.groups:
            deep = group(deep) + self.gamma * source
        return self.non_local(deep)


o = case["options"]
scale, batch, patch = o["scale"], case["batch"], case["patch"]
sizes = (o["residualGroups"], o["residualBlocks"], o["features"], o["reduction"], scale)
network = {"rcan": Rcan, "san": San}[case["architecture"]](*sizes)
optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
loss_of = nn.L1Loss()
x, target = 255 * torch.rand(batch, 3, patch, patch), 255 * torch.rand(batch, 3, scale * patch, scale * patch)

print(json.dumps({"version": f"PyTorch {torch.__version__}"}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(network(x), target)
    loss.backward()
    optimizer.step()
    print(json.dumps({"loss": loss.item(), "seconds": time.perf_counter() - start}), flush=True)
