# OpenBLAS's kernels for one CPU model, asked for numbers that such kernels get wrong.
{
  closed,
  file,
  libs,
  python,
}:
arch: abi: model: cpu:
closed {
  name = "blas-${model}-${arch.name}";
  inherit arch cpu;
  command = [
    "/opt/python/${abi}/bin/python${python.short.${abi}}"
    "/opt/check/blas.py"
    "/opt/openblas/lib/libopenblas.so"
  ];
  mounts = [
    {
      from = python.${arch.name}.${abi};
      to = "/opt/python/${abi}";
    }
    {
      from = libs.${arch.name}.openblas;
      to = "/opt/openblas";
    }
    {
      from = file ./blas.py;
      to = "/opt/check/blas.py";
    }
  ];
}
