import copy

import torch
from torch import nn

from longtail.strategies.mechanisms.experts import with_experts
from longtail.strategies.network import Batch, Net


class First(nn.Module):
    def forward(self, x):
        return x[0]


def net_of(body):
    torch.manual_seed(0)
    return Net(First(), body, nn.Linear(8, 3), 8)


def batch(n=5):
    y = torch.zeros(n, dtype=torch.int64)
    return Batch((torch.randn(n, 4, generator=torch.Generator().manual_seed(1)),), y, torch.ones(n))


def layers():
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 8), nn.ReLU())


def test_experts_share_the_first_layers_and_have_their_own_last_ones():
    net = net_of(layers())
    many = with_experts(copy.deepcopy(net), 3, torch.Generator().manual_seed(0))
    assert many.body.state_dict().keys() == net.body[:2].state_dict().keys()
    torch.testing.assert_close(many.body[0].weight, net.body[0].weight)
    assert len(many.head.experts) == 3
    assert many.width == 6
    weights = [expert[0].weight for expert in many.head.experts]
    assert all(weight.shape == (8, 6) for weight in weights)
    assert not torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[1], weights[2])


def test_the_first_expert_is_the_network_as_it_was():
    net = net_of(layers())
    many = with_experts(copy.deepcopy(net), 2, torch.Generator().manual_seed(0))
    torch.testing.assert_close(many(batch())[:, 0], net(batch()))


def test_outside_training_logits_are_averaged():
    many = with_experts(net_of(layers()), 3, torch.Generator().manual_seed(0))
    each = many(batch())
    assert each.shape == (5, 3, 3)
    torch.testing.assert_close(many.eval()(batch()), each.mean(1))


def test_a_body_that_is_no_sequence_is_each_experts_own():
    class Body(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 8)

        def forward(self, h):
            return self.layer(h).relu()

    net = net_of(Body())
    many = with_experts(copy.deepcopy(net), 2, torch.Generator().manual_seed(0))
    assert len(many.body) == 0
    torch.testing.assert_close(many(batch())[:, 0], net(batch()))


def test_what_others_have_registered_on_the_network_stays():
    net = net_of(layers())
    net.register_buffer("weights_of_classes", torch.ones(3))
    assert with_experts(net, 2, torch.Generator().manual_seed(0)).get_buffer("weights_of_classes").sum() == 3
