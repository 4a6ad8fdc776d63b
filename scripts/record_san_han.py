"""Records tiny SAN and HAN run by PyTorch: test/models/fixtures/{san,han}-tiny.{pt,json}.

The modules are written anew after the papers, with the key names of the official code, and compute what the
papers write down: the covariance with the centring matrix, all weights of the non-local block, layers stacked.

    python3 scripts/record_san_han.py      (Debian: python3-torch)
"""
import torch
from torch import nn
from recording import Residual, conv, rcab, save_run, save_weights, shift_means, squeeze


def gamma(value):
    return nn.Parameter(torch.tensor([value]))


def upsampler(f):
    return nn.Sequential(nn.Sequential(conv(f, 4 * f, 3), nn.PixelShuffle(2)), conv(f, 3, 3))


class ResidualBlock(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.conv_first = nn.Sequential(conv(f, f, 3), nn.ReLU(), conv(f, f, 3))

    def forward(self, x):
        return self.conv_first(x) + x


class Soca(nn.Module):
    def __init__(self, f, r):
        super().__init__()
        self.conv_du = squeeze(f, r)

    def forward(self, x):
        n, c, h, w = x.shape
        m = h * w
        flat = x.reshape(n, c, m)
        covariance = flat @ (torch.eye(m) / m - torch.ones(m, m) / m**2) @ flat.transpose(1, 2)
        trace = torch.einsum("nii->n", covariance).reshape(n, 1, 1)
        a, three = covariance / trace, 3 * torch.eye(c)
        z = 0.5 * (three - a)
        y = a @ z
        for _ in range(3):
            p = 0.5 * (three - z @ y)
            y, z = y @ p, p @ z
        root = 0.5 * y @ (three - z @ y) * trace.sqrt()
        return x * self.conv_du(root.mean(1).reshape(n, c, 1, 1))


class Lsrag(nn.Module):
    def __init__(self, f, r, blocks):
        super().__init__()
        self.gamma = gamma(0.5)
        self.rcab = nn.ModuleList([ResidualBlock(f) for _ in range(blocks)])
        self.soca = Soca(f, r)
        self.conv_last = conv(f, f, 3)

    def forward(self, x):
        out = x
        for block in self.rcab:
            out = block(out)
        return self.conv_last(self.soca(out)) + x


class NonLocalBlock(nn.Module):
    def __init__(self, f, inner):
        super().__init__()
        self.g = nn.Sequential(conv(f, inner, 1), nn.MaxPool2d(2))
        self.W = conv(inner, f, 1)
        self.theta = conv(f, inner, 1)
        self.phi = nn.Sequential(conv(f, inner, 1), nn.MaxPool2d(2))

    def forward(self, x):
        theta, phi, g = (part(x).flatten(2) for part in (self.theta, self.phi, self.g))
        weights = torch.softmax(theta.transpose(1, 2) @ phi, 2)
        y = (weights @ g.transpose(1, 2)).transpose(1, 2)
        return self.W(y.reshape(*y.shape[:2], *x.shape[2:])) + x


class NonLocal(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.soca = Soca(f, 8)
        self.non_local = NonLocalBlock(f, f // 8)

    def forward(self, x):
        h, w = x.shape[2] // 2, x.shape[3] // 2
        rows = [torch.cat([self.non_local(part[..., :w]), self.non_local(part[..., w:])], 3) for part in (x[:, :, :h], x[:, :, h:])]
        return torch.cat(rows, 2)


class San(nn.Module):
    def __init__(self, groups, blocks, f, r):
        super().__init__()
        self.gamma = gamma(0.3)
        self.sub_mean = conv(3, 3, 1)
        self.RG = nn.ModuleList([Lsrag(f, r, blocks) for _ in range(groups)])
        self.conv_last = conv(f, f, 3)
        self.add_mean = conv(3, 3, 1)
        self.non_local = NonLocal(f)
        self.head = nn.Sequential(conv(3, f, 3))
        self.tail = upsampler(f)

    def forward(self, x):
        x = self.head(self.sub_mean(x))
        source = deep = self.non_local(x)
        for group in self.RG:
            deep = group(deep) + self.gamma * source
        return self.add_mean(self.tail(self.non_local(deep) + x))


class ChannelSpatialAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.gamma = gamma(0.4)
        self.conv = nn.Conv3d(1, 1, 3, padding=1)

    def forward(self, x):
        return x * self.gamma * torch.sigmoid(self.conv(x[:, None])[:, 0]) + x


class LayerAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.gamma = gamma(0.2)

    def forward(self, stack):
        q = stack.flatten(2)
        energy = q @ q.transpose(1, 2)
        attention = torch.softmax(energy.max(2, keepdim=True)[0] - energy, 2)
        return (self.gamma * (attention @ q)).reshape(stack.shape) + stack


class Han(nn.Module):
    def __init__(self, groups, f, r):
        super().__init__()
        self.sub_mean, self.add_mean = conv(3, 3, 1), conv(3, 3, 1)
        self.head = nn.Sequential(conv(3, f, 3))
        members = [Residual(rcab(f, r), conv(f, f, 3)) for _ in range(groups)]
        self.body = nn.Sequential(*members, conv(f, f, 3))
        self.csa, self.la = ChannelSpatialAttention(), LayerAttention()
        self.last_conv, self.last = conv((groups + 1) * f, f, 3), conv(2 * f, f, 3)
        self.tail = upsampler(f)

    def forward(self, x):
        x = deep = self.head(self.sub_mean(x))
        layers = []
        for member in self.body:
            deep = member(deep)
            layers.insert(0, deep)
        attended = self.last_conv(self.la(torch.stack(layers, 1)).flatten(1, 2))
        return self.add_mean(self.tail(self.last(torch.cat([self.csa(deep), attended], 1)) + x))


def record_weights(name, network):
    shift_means(network, [0.4488, 0.4371, 0.404])
    save_weights(name, network)
    return network


def record_run(name, network, height, width):
    x = torch.rand(2, 3, height, width).mul(1e4).round().div(1e4)
    save_run(name, network.double(), x, 7)


if __name__ == "__main__":
    torch.manual_seed(1)
    san = record_weights("san", San(groups=2, blocks=1, f=8, r=4))
    han = record_weights("han", Han(groups=2, f=10, r=5))
    # The weights are single precision; what they are to give is recorded as the formulas have it.
    torch.set_default_dtype(torch.float64)
    record_run("san", san, 7, 9)
    record_run("han", han, 5, 7)
