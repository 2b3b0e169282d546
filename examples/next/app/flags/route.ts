import { cookies } from 'next/headers';
import { readFlags } from '../../lib/readFlags';

/** What `pollingSource('/flags')` asks: the flags of the user who asks. */
export async function GET() {
  const user = (await cookies()).get('user')?.value ?? 'nobody';
  return Response.json(await readFlags(user), { headers: { 'cache-control': 'no-store' } });
}
