"""Records tiny networks run by PyTorch: test/models/fixtures/{edsr,srcnn,espcn,espcn-sigmoid}-tiny.{pt,json}.

The modules are written anew after the papers, with the key names of the public codes.

    python3 scripts/record_edsr_srcnn_espcn.py      (Debian: python3-torch)
"""
import torch
from torch import nn
from recording import conv, rounded, save_run, save_weights


class ResidualBlock(nn.Module):
    def __init__(self, f, res_scale):
        super().__init__()
        self.body = nn.Sequential(conv(f, f, 3), nn.ReLU(), conv(f, f, 3))
        self.res_scale = res_scale

    def forward(self, x):
        return self.res_scale * self.body(x) + x


class Edsr(nn.Module):
    """x4, as its upsampler has two steps."""

    def __init__(self, blocks, f, res_scale):
        super().__init__()
        self.sub_mean, self.add_mean = conv(3, 3, 1), conv(3, 3, 1)
        mean = torch.tensor([114.444, 111.4605, 103.02])
        for shift, sign in ((self.sub_mean, -1), (self.add_mean, 1)):
            shift.weight.data, shift.bias.data = torch.eye(3).reshape(3, 3, 1, 1), sign * mean
        self.head = nn.Sequential(conv(3, f, 3))
        self.body = nn.Sequential(*[ResidualBlock(f, res_scale) for _ in range(blocks)], conv(f, f, 3))
        up = nn.Sequential(conv(f, 4 * f, 3), nn.PixelShuffle(2), conv(f, 4 * f, 3), nn.PixelShuffle(2))
        self.tail = nn.Sequential(up, conv(f, 3, 3))

    def forward(self, x):
        x = self.head(self.sub_mean(x))
        return self.add_mean(self.tail(self.body(x) + x))


class Srcnn(nn.Module):
    def __init__(self, colors, n1, middle, n2):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = conv(colors, n1, 9), conv(n1, n2, middle), conv(n2, colors, 5)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.conv3(self.relu(self.conv2(self.relu(self.conv1(x)))))


class Espcn(nn.Module):
    """With the names of yjn870's code."""

    def __init__(self, colors, n1, n2, scale):
        super().__init__()
        self.first_part = nn.Sequential(conv(colors, n1, 5), nn.Tanh(), conv(n1, n2, 3), nn.Tanh())
        self.last_part = nn.Sequential(conv(n2, colors * scale**2, 3), nn.PixelShuffle(scale))

    def forward(self, x):
        return self.last_part(self.first_part(x))


class EspcnSigmoid(nn.Module):
    """With the names of leftthomas' code."""

    def __init__(self, colors, n1, n2, scale):
        super().__init__()
        self.conv1, self.conv2 = conv(colors, n1, 5), conv(n1, n2, 3)
        self.conv3 = conv(n2, colors * scale**2, 3)
        self.pixel_shuffle = nn.PixelShuffle(scale)

    def forward(self, x):
        x = torch.tanh(self.conv2(torch.tanh(self.conv1(x))))
        return torch.sigmoid(self.pixel_shuffle(self.conv3(x)))


def record(name, network, x):
    save_weights(name, network)
    save_run(name, network, rounded(x, 6), 6)


if __name__ == "__main__":
    torch.manual_seed(1)
    record("edsr", Edsr(blocks=3, f=4, res_scale=0.1), 255 * torch.rand(2, 3, 5, 7))
    record("srcnn", Srcnn(colors=1, n1=4, middle=3, n2=3), torch.rand(2, 1, 9, 11))
    record("espcn", Espcn(colors=3, n1=4, n2=3, scale=3), torch.rand(2, 3, 5, 7))
    record("espcn-sigmoid", EspcnSigmoid(colors=1, n1=4, n2=3, scale=2), torch.rand(2, 1, 5, 7))
