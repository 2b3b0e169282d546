export function POST() {
  return Response.json({}, { status: 201 });
}
