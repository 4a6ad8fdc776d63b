"""What the record scripts share: blocks with the key names of the official codes, and the form of the fixtures."""
import json
import torch
from torch import nn


def conv(i, o, k):
    return nn.Conv2d(i, o, k, padding=k // 2)


def squeeze(f, r):
    return nn.Sequential(conv(f, f // r, 1), nn.ReLU(), conv(f // r, f, 1), nn.Sigmoid())


class ChannelAttention(nn.Module):
    def __init__(self, f, r):
        super().__init__()
        self.conv_du = squeeze(f, r)

    def forward(self, x):
        return x * self.conv_du(x.mean((2, 3), keepdim=True))


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return self.body(x) + x


def rcab(f, r):
    return Residual(conv(f, f, 3), nn.ReLU(), conv(f, f, 3), ChannelAttention(f, r))


def shift_means(network, mean):
    """A trained mean shift is no longer the identity: an implementation that hard-codes it must fail."""
    mean = torch.tensor(mean)
    network.sub_mean.bias.data, network.add_mean.bias.data = -mean, mean.clone()
    for shift in (network.sub_mean, network.add_mean):
        shift.weight.data = torch.eye(3).reshape(3, 3, 1, 1) + 0.05 * torch.randn(3, 3, 1, 1)


def rounded(x, digits):
    """As the fixture holds it: the network is to be given exactly that."""
    return torch.tensor(dump(x, digits)["data"]).reshape(x.shape)


def dump(t, digits):
    return {"dims": list(t.shape), "data": [round(v, digits) for v in t.flatten().tolist()]}


def save_weights(name, network):
    torch.save(network.state_dict(), f"test/models/fixtures/{name}-tiny.pt")


def save_run(name, network, x, digits):
    """The input, and what the network makes of it."""
    with torch.no_grad():
        y = network(x)
    with open(f"test/models/fixtures/{name}-tiny.json", "w") as file:
        json.dump({"input": dump(x, digits), "output": dump(y, digits)}, file)
