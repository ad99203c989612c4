using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>Keeps a network on a device; afterwards it is back in the processor's memory, where chapters look at it.</summary>
internal sealed class OnDevice : IDisposable
{
    private readonly nn.Module? _moved;

    public OnDevice(nn.Module model, Device device)
    {
        if (device.type != DeviceType.CPU && model.parameters().Any(parameter => parameter.device_type == DeviceType.CPU))
        {
            _moved = model.to(device);
        }
    }

    public void Dispose() => _moved?.cpu();
}
