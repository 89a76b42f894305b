! What Fortran code in wheels leans on: formatted output, intrinsic maths, allocation.
program probe
  implicit none
  real(8), allocatable :: a(:)
  integer :: i
  allocate (a(10))
  a = [(sqrt(real(i, 8)), i=1, 10)]
  write (*, '(A,F10.6)') 'sum of roots ', sum(a)
  if (abs(sum(a) - 22.468278186204103d0) > 1d-12) stop 1
end program
